"""FULLY_CONNECTED of int16 activations and int8 weights.

Source: tensorflow/lite/micro/kernels/fully_connected.cc, the case of int16 with a 64-bit bias.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Overlap, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import wide
from tinykd.compiler.ops.common.access import interleaved_min_input_offset
from tinykd.compiler.ops.common.cycles import per_wide_product
from tinykd.compiler.ops.common.wide import BYTES, WideRequantization
from tinykd.compiler.ops.fully_connected import check_bias_scale, matrix_of
from tinykd.graph.ir import DType


@dataclass(frozen=True, eq=False, kw_only=True)
class DenseS16(Layer):
    """out[row][o] = requantize(bias[o] + sum over d of in[row][d] * weights[o][d])."""

    rows: int
    weights: NDArray[Any]  # int8 (outputs, depth)
    bias: NDArray[np.int64]
    requantization: WideRequantization

    @property
    def macs(self) -> int:
        return self.rows * int(self.weights.size)


def lower(node: Node) -> Layer:
    node.arity((2, 3))
    x, w, y = wide.symmetric(node, node.input(0)), node.input(1), wide.symmetric(node, node.output)
    weights = matrix_of(node, x, w, y)
    outputs = w.shape[0]
    assert w.quantization is not None
    if not w.quantization.per_channel:
        check_bias_scale(node, x, w, y)
    bias = wide.bias_of(node, outputs)
    wide.check_sums(node, bias, weights)
    return DenseS16(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), rows=y.elements // outputs,
        weights=weights, bias=bias, requantization=wide.requantization(node, x, w, y, outputs),
    )  # fmt: skip


class DenseWide(Kernel[DenseS16]):
    name: ClassVar[str] = "fully_connected_s16"
    layer = DenseS16

    def cost(self, layer: DenseS16, target: Target) -> float:
        return per_wide_product(target) * layer.macs + 60.0 * layer.outputs[0].elements

    def emit_call(self, layer: DenseS16, target: Target) -> Call:
        outputs, depth = layer.weights.shape
        params = Struct(
            "tkd_fully_connected_s16_params",
            (
                ("weights", ConstantArray("weights", layer.weights, "[out][in]")),
                ("bias", ConstantArray("bias", layer.bias, "[out]")),
                *wide.requant_fields(layer.requantization),
                ("rows", layer.rows),
                ("depth", depth),
                ("outputs", outputs),
            ),
        )
        rows = np.arange(layer.rows, dtype=np.int64)
        min_input_offset = interleaved_min_input_offset(
            rows * (depth * BYTES), (rows + 1) * (outputs * BYTES) - 1
        )
        return Call("tkd_fully_connected_s16", params, overlaps=(Overlap(min_input_offset),))


LOWER = for_types({"FULLY_CONNECTED": lower}, DType.INT16)
KERNELS = (DenseWide(),)
