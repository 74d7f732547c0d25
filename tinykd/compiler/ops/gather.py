"""GATHER along one axis, EMBEDDING_LOOKUP of rows, GATHER_ND of slices; indices may be computed.

Rows of a constant table, as an embedding has them, are read from flash, also where that is another address
space.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.movement import axis_of
from tinykd.graph.ir import Array, DType, Tensor

MOST_INDICES = 5  # as TFLM


@dataclass(frozen=True, eq=False, kw_only=True)
class Gather(Layer):
    """x as (batch, outer, axis, inner), indices as (batch, count)."""

    batch: int
    outer: int
    axis: int
    count: int
    inner_bytes: int


@dataclass(frozen=True, eq=False, kw_only=True)
class TableRows(Layer):
    """Rows of a constant ``table``, (rows, row bytes) in int8, by int32 indices that are computed."""

    table: Array


def lower(node: Node) -> Layer:
    """micro/kernels/gather.cc: int8 values, int32 indices."""
    node.arity((2, 2))
    x, indices = node.typed(node.input(0), DType.INT8), node.typed(node.input(1), DType.INT32)
    y = node.typed(node.output, DType.INT8)
    axis = axis_of(node, node.options.integer("axis"), len(x.shape))
    batch = node.options.integer("batch_dims")
    batch += len(indices.shape) if batch < 0 else 0
    if not 0 <= batch <= min(axis, len(indices.shape)) or x.shape[:batch] != indices.shape[:batch]:
        node.refuse(
            indices,
            f"has shape {list(indices.shape)} and {batch} batch dimensions",
            f"{list(x.shape[:batch])}",
        )
    node.shaped(y, x.shape[:axis] + indices.shape[batch:] + x.shape[axis + 1 :])
    _check_indices(node, x.shape[axis])
    if axis == batch == 0 and (table := _known(node, 0)) is not None:
        return _rows(node, table, indices)
    return Gather(
        name=node.name, op=node.op.kind, inputs=(x, indices), outputs=(y,),
        batch=prod(x.shape[:batch]), outer=prod(x.shape[batch:axis]), axis=x.shape[axis],
        count=prod(indices.shape[batch:]), inner_bytes=prod(x.shape[axis + 1 :]),
    )  # fmt: skip


def _rows(node: Node, table: Array, indices: Tensor) -> Layer:
    return TableRows(
        name=node.name, op=node.op.kind, inputs=(indices,), outputs=(node.output,),
        table=table.reshape(len(table), -1),
    )  # fmt: skip


def _known(node: Node, i: int) -> Array | None:
    tensor = node.input(i)
    return node.constants.get(tensor.index, tensor.data)


def _check_indices(node: Node, size: int, operand: int = 1) -> None:
    """Constant indices must lie inside; computed ones are clamped by the kernel (TFLM stops the program)."""
    indices, values = node.input(operand), _known(node, operand)
    if values is not None and not np.logical_and(values >= 0, values < size).all():
        node.refuse(indices, f"reaches {int(values.min())}..{int(values.max())}", f"0..{size - 1}")


def lower_embedding(node: Node) -> Layer:
    """micro/kernels/embedding_lookup.cc, EvalSimple: rows of int8 values as they are."""
    node.arity((2, 2))
    indices, table = node.typed(node.input(0), DType.INT32), node.typed(node.input(1), DType.INT8)
    y = node.typed(node.output, DType.INT8)
    node.ranked(indices, 1)
    if len(table.shape) < 2:
        node.refuse(table, f"has {len(table.shape)} dimensions", "2 and more")
    node.shaped(y, indices.shape + table.shape[1:])
    _check_indices(node, table.shape[0], 0)
    if (values := _known(node, 1)) is not None:
        return _rows(node, values, indices)
    return Gather(
        name=node.name, op=node.op.kind, inputs=(table, indices), outputs=(y,),
        batch=1, outer=1, axis=table.shape[0], count=indices.elements, inner_bytes=prod(table.shape[1:]),
    )  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class GatherNd(Layer):
    """``count`` slices of ``slice_bytes``; an index moves by the entry of ``steps`` (bytes) of its place."""

    count: int
    steps: tuple[int, ...]
    slice_bytes: int


def lower_nd(node: Node) -> Layer:
    """micro/kernels/gather_nd.cc: int8 values, at most 5 indices each."""
    node.arity((2, 2))
    x, indices = node.typed(node.input(0), DType.INT8), node.typed(node.input(1), DType.INT32)
    y, taken = node.typed(node.output, DType.INT8), indices.shape[-1] if indices.shape else 0
    if not 1 <= taken <= min(len(x.shape), MOST_INDICES):
        node.refuse(indices, f"has shape {list(indices.shape)}", f"1 to {MOST_INDICES} indices each")
    node.shaped(y, indices.shape[:-1] + x.shape[taken:])
    steps = tuple(prod(x.shape[k + 1 :]) for k in range(taken))
    _check_places(node, steps, x.elements - steps[-1])
    return GatherNd(
        name=node.name, op=node.op.kind, inputs=(x, indices), outputs=(y,),
        count=prod(indices.shape[:-1]), steps=steps, slice_bytes=steps[-1],
    )  # fmt: skip


def _check_places(node: Node, steps: tuple[int, ...], last: int) -> None:
    """Constant places must lie inside, each index for itself may not: so it is in TFLM."""
    values = _known(node, 1)
    if values is not None:
        places = values.reshape(-1, len(steps)).astype(np.int64) @ np.array(steps)
        if not np.logical_and(places >= 0, places <= last).all():
            node.refuse(node.input(1), "reaches outside", "places inside of operand 0")


class GatherNdKernel(Kernel[GatherNd]):
    name, layer, code_bytes = "gather_nd", GatherNd, 150

    def cost(self, layer: GatherNd, target: Target) -> float:
        return 3.0 * layer.outputs[0].elements + 40.0 * layer.count

    def emit_call(self, layer: GatherNd, target: Target) -> Call:
        spare = (0,) * (MOST_INDICES - len(layer.steps))
        fields = (
            ("count", layer.count),
            ("indices", len(layer.steps)),
            ("step", layer.steps + spare),
            ("slice_bytes", layer.slice_bytes),
            ("last", layer.inputs[0].bytes - layer.slice_bytes),
        )
        return Call("tkd_gather_nd", Struct("tkd_gather_nd_params", fields))


class GatherKernel(Kernel[Gather]):
    name, layer, code_bytes = "gather", Gather, 130

    def cost(self, layer: Gather, target: Target) -> float:
        return 3.0 * layer.outputs[0].elements + 20.0 * layer.count

    def emit_call(self, layer: Gather, target: Target) -> Call:
        names = ("batch", "outer", "axis", "count", "inner_bytes")
        return Call("tkd_gather", Struct("tkd_gather_params", tuple((n, getattr(layer, n)) for n in names)))


class TableRowsKernel(Kernel[TableRows]):
    name, layer, code_bytes = "table_rows", TableRows, 90

    def cost(self, layer: TableRows, target: Target) -> float:
        return 3.0 * layer.outputs[0].elements + 20.0 * layer.inputs[0].elements

    def emit_call(self, layer: TableRows, target: Target) -> Call:
        rows, row_bytes = layer.table.shape
        fields = (
            ("table", ConstantArray("table", layer.table, "[row][value]")),
            ("rows", rows),
            ("row_bytes", row_bytes),
            ("count", layer.inputs[0].elements),
        )
        return Call("tkd_table_rows", Struct("tkd_table_rows_params", fields))


LOWER = for_types({"GATHER": lower, "EMBEDDING_LOOKUP": lower_embedding, "GATHER_ND": lower_nd})
KERNELS = (GatherKernel(), GatherNdKernel(), TableRowsKernel())
