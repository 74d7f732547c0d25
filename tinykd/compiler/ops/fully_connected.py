"""FULLY_CONNECTED, and 1x1 convolutions: rows of the input times a matrix of weights.

Source: tensorflow/lite/micro/kernels/fully_connected_common.cc, reference/integer_ops/fully_connected.h.
TFLM rounds twice here as in convolutions; LiteRT's reference kernel rounds once, so their outputs may
differ by one or two.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Overlap, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import convolution
from tinykd.compiler.ops.common.access import interleaved_min_input_offset
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.common.cycles import per_product
from tinykd.compiler.ops.common.residual import Residual, addend_overlap, requant_fields, residual_fields
from tinykd.graph.ir import DType, Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Dense(Layer):
    """out[row][o] = requantize(bias[o] + sum over d of in[row][d] * weights[o][d]).

    ``inputs`` = (x,) or, with ``residual``, (x, addend).
    """

    rows: int
    weights: NDArray[Any]  # int8 (outputs, depth)
    bias: NDArray[np.int32]  # the input's zero point folded in
    requantization: Requantization
    residual: Residual | None = None

    @property
    def out_channels(self) -> int:
        return int(self.weights.shape[0])

    @property
    def depth(self) -> int:
        return int(self.weights.shape[1])

    @property
    def macs(self) -> int:
        return self.rows * int(self.weights.size)


def lower(node: Node) -> Layer:
    node.arity((2, 3))
    x, w, y = node.quantized(node.input(0)), node.input(1), node.quantized(node.output)
    weights = matrix_of(node, x, w, y)
    outputs = w.shape[0]
    assert w.quantization is not None
    per_channel = w.quantization.per_channel
    if per_channel:
        if w.dtype is DType.INT4:
            node.refuse(
                w, "is int4 with a scale per output", "one scale, as in TFLM", "Quantize it per tensor"
            )
        scaling = convolution.requantization(node, x, w, y, outputs)
    else:
        check_bias_scale(node, x, w, y)
        scaling = convolution.tensor_requantization(node, x, w, y)
    return Dense(
        name=node.name,
        op=node.op.kind,
        inputs=(x,),
        outputs=(y,),
        rows=y.elements // outputs,
        weights=weights,
        bias=convolution.folded_bias(node, convolution.bias_of(node, outputs), weights, x.zero_point),
        requantization=scaling,
    )


def matrix_of(node: Node, x: Tensor, w: Tensor, y: Tensor) -> NDArray[Any]:
    """The weights int8 (outputs, depth), which must fit ``x`` and ``y``."""
    if node.options.integer("weights_format") != 0:
        node.refuse(w, "is stored shuffled", "the default weights format", "Convert it again")
    weights = convolution.weights_of(node, w)
    outputs, depth = node.ranked(w, 2).shape
    if not y.shape or y.shape[-1] != outputs or x.elements != depth * (y.elements // outputs):
        node.refuse(w, f"has shape {list(w.shape)}", f"a matrix for {list(x.shape)} -> {list(y.shape)}")
    return weights


def check_bias_scale(node: Node, x: Tensor, w: Tensor, y: Tensor) -> None:
    """TFLM refuses a bias whose scale is not input scale * weight scale (kernel_util.cc)."""
    bias = node.optional(2)
    if bias is None:
        return
    product = x.scale * w.scale
    if abs(product - bias.scale) / y.scale > 0.02:
        node.refuse(bias, f"has scale {bias.scale:.9g}", f"{product:.9g}", "Convert it again")


class DensePortable(Kernel[Dense]):
    """Two rows and two outputs at a time; four outputs for the last or only row."""

    name: ClassVar[str] = "fully_connected"
    layer = Dense

    def cost(self, layer: Dense, target: Target) -> float:
        return per_product(target) * layer.macs + 20 * layer.rows * layer.out_channels

    def emit_call(self, layer: Dense, target: Target) -> Call:
        params = Struct(
            "tkd_fully_connected_params",
            (
                ("weights", ConstantArray("weights", layer.weights, "[out][in]")),
                ("bias", ConstantArray("bias", layer.bias, "[out], input zero point folded in")),
                *requant_fields(layer.requantization),
                ("rows", layer.rows),
                ("depth", layer.depth),
                ("outputs", layer.out_channels),
                *residual_fields(layer.residual),
            ),
        )
        own = Overlap(dense_min_input_offset(layer, 2))
        if layer.residual is None:
            return Call("tkd_fully_connected_s8", params, overlaps=(own,))
        return Call(
            "tkd_fully_connected_add_s8",
            params,
            overlaps=(own, addend_overlap(layer.rows, layer.out_channels, 2)),
        )


def dense_min_input_offset(layer: Dense, block: int) -> int:
    """Minimum input offset of a kernel that reads ``block`` rows again and again while it writes their
    outputs."""
    starts = np.arange(0, layer.rows, block, dtype=np.int64)
    ends = np.minimum(starts + block, layer.rows)
    return interleaved_min_input_offset(starts * layer.depth, ends * layer.out_channels - 1)


LOWER = for_types({"FULLY_CONNECTED": lower})
KERNELS = (DensePortable(),)
