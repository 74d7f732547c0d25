"""BATCH_MATMUL: products of two int8 activations (or an activation and a constant), batch by batch."""

from dataclasses import dataclass

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.nests import LOOPS, Nest, Space, nest, rows
from tinykd.compiler.node import Node
from tinykd.graph.ir import Tensor
from tinykd.graph.quantize import Multiplier


@dataclass(frozen=True, eq=False, kw_only=True)
class BatchMatmul(Layer):
    """``batches`` visits the matrices of a and b; a transposed operand is one with other steps."""

    batches: Nest
    rows: int
    depth: int
    columns: int
    a_transposed: bool
    b_transposed: bool
    scale: Multiplier

    @property
    def macs(self) -> int:
        return self.outputs[0].elements * self.depth


def lower(node: Node) -> Layer:
    """micro/kernels/batch_matmul.cc; the scale is GetQuantizedConvolutionMultipler's, in double."""
    node.arity((2, 2))
    a, b, y = node.quantized(node.input(0)), node.quantized(node.input(1)), node.quantized(node.output)
    for tensor in (a, b):
        if not 2 <= len(tensor.shape) <= 5:
            node.refuse(tensor, f"has {len(tensor.shape)} dimensions", "2 to 5, as in TFLM")
    adj_x, adj_y = node.options.flag("adj_x"), node.options.flag("adj_y")
    height, depth = a.shape[-2:][::-1] if adj_x else a.shape[-2:]
    inner, columns = b.shape[-2:][::-1] if adj_y else b.shape[-2:]
    if inner != depth:
        node.refuse(b, f"has {inner} rows", f"{depth}, the columns of the left operand")
    if depth * 255 * 255 >= 1 << 31:
        node.refuse(a, f"multiplies {depth} values", "at most 33025, so that sums fit int32")
    batches = _batches(node, a, b, y, (height, columns))
    return BatchMatmul(
        name=node.name, op=node.op.kind, inputs=(a, b), outputs=(y,), batches=batches,
        rows=height, depth=depth, columns=columns, a_transposed=adj_x, b_transposed=adj_y,
        scale=node.multiplier(a.scale * b.scale / y.scale),
    )  # fmt: skip


def _batches(node: Node, a: Tensor, b: Tensor, y: Tensor, matrix: tuple[int, int]) -> Nest:
    try:
        joint = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        node.refuse(b, f"has batches {list(b.shape[:-2])}", f"ones that broadcast with {list(a.shape[:-2])}")
    node.shaped(y, (*joint, *matrix))
    spaces = (Space.of(a.shape), Space.of(b.shape))
    views = tuple(np.broadcast_to(s.view[..., 0, 0], joint) for s in spaces)
    found = nest(spaces, views)
    assert len(found.shape) <= LOOPS + 1, "at most three batch dimensions"
    return found


class BatchMatmulKernel(Kernel[BatchMatmul]):
    name, layer, code_bytes = "batch_matmul_s8", BatchMatmul, 330

    def cost(self, layer: BatchMatmul, target: Target) -> float:
        return 8.0 * layer.macs + 30.0 * layer.outputs[0].elements

    def bind(self, layer: BatchMatmul, target: Target) -> Call:
        (a, b), (y,) = layer.inputs, layer.outputs
        a_steps = (1, layer.rows) if layer.a_transposed else (layer.depth, 1)
        b_steps = (1, layer.depth) if layer.b_transposed else (layer.columns, 1)
        params = Struct(
            "tkd_batch_matmul_params",
            (
                ("batches", rows(layer.batches)),
                ("rows", layer.rows),
                ("depth", layer.depth),
                ("columns", layer.columns),
                ("a_row_step", a_steps[0]),
                ("a_depth_step", a_steps[1]),
                ("b_depth_step", b_steps[0]),
                ("b_column_step", b_steps[1]),
                ("a_zero", a.zero_point),
                ("b_zero", b.zero_point),
                ("y_zero", y.zero_point),
                ("multiplier", layer.scale.value),
                ("shift", layer.scale.shift),
            ),
        )
        return Call("tkd_batch_matmul_s8", params)


LOWER = {"BATCH_MATMUL": lower}
KERNELS = (BatchMatmulKernel(),)
