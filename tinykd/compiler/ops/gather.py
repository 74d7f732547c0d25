"""GATHER along one axis, with indices that are constant or computed."""

from dataclasses import dataclass
from math import prod

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.movement import axis_of
from tinykd.compiler.node import Node
from tinykd.graph.ir import DType


@dataclass(frozen=True, eq=False, kw_only=True)
class Gather(Layer):
    """x as (batch, outer, axis, inner), indices as (batch, count)."""

    batch: int
    outer: int
    axis: int
    count: int
    inner_bytes: int


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
    return Gather(
        name=node.name, op=node.op.kind, inputs=(x, indices), outputs=(y,),
        batch=prod(x.shape[:batch]), outer=prod(x.shape[batch:axis]), axis=x.shape[axis],
        count=prod(indices.shape[batch:]), inner_bytes=prod(x.shape[axis + 1 :]),
    )  # fmt: skip


def _check_indices(node: Node, size: int) -> None:
    """Constant indices must lie inside; computed ones are clamped by the kernel (TFLM stops the program)."""
    indices = node.input(1)
    values = node.constants.get(indices.index, indices.data)
    if values is not None and not np.logical_and(values >= 0, values < size).all():
        node.refuse(indices, f"reaches {int(values.min())}..{int(values.max())}", f"0..{size - 1}")


class GatherKernel(Kernel[Gather]):
    name, layer, code_bytes = "gather", Gather, 130

    def cost(self, layer: Gather, target: Target) -> float:
        return 3.0 * layer.outputs[0].elements + 20.0 * layer.count

    def bind(self, layer: Gather, target: Target) -> Call:
        names = ("batch", "outer", "axis", "count", "inner_bytes")
        return Call("tkd_gather", Struct("tkd_gather_params", tuple((n, getattr(layer, n)) for n in names)))


LOWER = {"GATHER": lower}
KERNELS = (GatherKernel(),)
