"""BATCH_MATMUL: products of two int8 or int16 operands, of which one may be constant, batch by batch."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import wide
from tinykd.compiler.ops.common.loop_nest import LOOPS, LoopNest, StridedView, nest, rows
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier


@dataclass(frozen=True, eq=False, kw_only=True)
class BatchMatmul(Layer):
    """``batches`` visits the matrices of a and b; a transposed operand has other strides."""

    batches: LoopNest
    rows: int
    depth: int
    columns: int
    a_transposed: bool
    b_transposed: bool

    @property
    def macs(self) -> int:
        return self.outputs[0].elements * self.depth


@dataclass(frozen=True, eq=False, kw_only=True)
class BatchMatmulS8(BatchMatmul):
    scale: Multiplier


@dataclass(frozen=True, eq=False, kw_only=True)
class BatchMatmulS16(BatchMatmul):
    out: wide.WideRequantization


def lower_s8(node: Node) -> Layer:
    """micro/kernels/batch_matmul.cc; the scale is GetQuantizedConvolutionMultipler's, in double."""
    node.arity((2, 2))
    a, b, y = node.quantized(node.input(0)), node.quantized(node.input(1)), node.quantized(node.output)
    scale = node.multiplier(a.scale * b.scale / y.scale)
    return BatchMatmulS8(scale=scale, **_facts(node, a, b, y, most=33025))


def lower_s16(node: Node) -> Layer:
    """The same with 64-bit sums, all zero points 0."""
    node.arity((2, 2))
    a, b, y = (wide.symmetric(node, t) for t in (node.input(0), node.input(1), node.output))
    facts = _facts(node, a, b, y, most=(1 << 17) - 1)
    return BatchMatmulS16(out=wide.product(node, a, b, y), **facts)


def _facts(node: Node, a: Tensor, b: Tensor, y: Tensor, most: int) -> dict[str, Any]:
    """What both widths have in common; ``most``: products that a sum can hold."""
    for tensor in (a, b):
        if not 2 <= len(tensor.shape) <= 5:
            node.refuse(tensor, f"has {len(tensor.shape)} dimensions", "2 to 5, as in TFLM")
    adj_x, adj_y = node.options.flag("adj_x"), node.options.flag("adj_y")
    height, depth = a.shape[-2:][::-1] if adj_x else a.shape[-2:]
    inner, columns = b.shape[-2:][::-1] if adj_y else b.shape[-2:]
    if inner != depth:
        node.refuse(b, f"has {inner} rows", f"{depth}, the columns of the left operand")
    if depth > most:
        node.refuse(a, f"multiplies {depth} values", f"at most {most}, so that sums fit")
    return {
        "name": node.name, "op": node.op.kind, "inputs": (a, b), "outputs": (y,),
        "batches": _batches(node, a, b, y, (height, columns)),
        "rows": height, "depth": depth, "columns": columns, "a_transposed": adj_x, "b_transposed": adj_y,
    }  # fmt: skip


def _batches(node: Node, a: Tensor, b: Tensor, y: Tensor, matrix: tuple[int, int]) -> LoopNest:
    try:
        joint = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        node.refuse(b, f"has batches {list(b.shape[:-2])}", f"ones that broadcast with {list(a.shape[:-2])}")
    node.shaped(y, (*joint, *matrix))
    spaces = (StridedView.of(a.shape), StridedView.of(b.shape))
    views = tuple(np.broadcast_to(s.view[..., 0, 0], joint) for s in spaces)
    found = nest(spaces, views)
    assert len(found.shape) <= LOOPS + 1, "at most three batch dimensions"
    return found


def _shape(layer: BatchMatmul) -> Struct:
    a_steps = (1, layer.rows) if layer.a_transposed else (layer.depth, 1)
    b_steps = (1, layer.depth) if layer.b_transposed else (layer.columns, 1)
    return Struct(
        "tkd_batch_matmul_shape",
        (
            ("batches", rows(layer.batches)),
            ("rows", layer.rows),
            ("depth", layer.depth),
            ("columns", layer.columns),
            ("a_row_step", a_steps[0]),
            ("a_depth_step", a_steps[1]),
            ("b_depth_step", b_steps[0]),
            ("b_column_step", b_steps[1]),
        ),
    )


class BatchMatmulKernel(Kernel[BatchMatmulS8]):
    name, layer, code_bytes = "batch_matmul_s8", BatchMatmulS8, 330

    def cost(self, layer: BatchMatmulS8, target: Target) -> float:
        return 8.0 * layer.macs + 30.0 * layer.outputs[0].elements

    def emit_call(self, layer: BatchMatmulS8, target: Target) -> Call:
        return Call("tkd_batch_matmul_s8", matmul_params(layer))


def matmul_params(layer: BatchMatmulS8) -> Struct:
    """``tkd_batch_matmul_params``."""
    (a, b), (y,) = layer.inputs, layer.outputs
    fields = (
        ("shape", _shape(layer)),
        ("a_zero", a.zero_point),
        ("b_zero", b.zero_point),
        ("y_zero", y.zero_point),
        ("multiplier", layer.scale.value),
        ("shift", layer.scale.shift),
    )
    return Struct("tkd_batch_matmul_params", fields)


class BatchMatmulS16Kernel(Kernel[BatchMatmulS16]):
    name, layer, code_bytes = "batch_matmul_s16", BatchMatmulS16, 400

    def cost(self, layer: BatchMatmulS16, target: Target) -> float:
        return 10.0 * layer.macs + 40.0 * layer.outputs[0].elements

    def emit_call(self, layer: BatchMatmulS16, target: Target) -> Call:
        fields = (("shape", _shape(layer)), *wide.requant_fields(layer.out))
        return Call("tkd_batch_matmul_s16", Struct("tkd_batch_matmul_s16_params", fields))


LOWER = for_types({"BATCH_MATMUL": lower_s8}) | for_types({"BATCH_MATMUL": lower_s16}, DType.INT16)
KERNELS = (BatchMatmulKernel(), BatchMatmulS16Kernel())
