"""CONV_2D: any kernel, stride, dilation, padding and grouping.

A 1x1 convolution becomes a ``Dense`` layer, and so does one whose kernel is as large as the image.

Source: tensorflow/lite/micro/kernels/conv_common.cc, kernels/internal/reference/integer_ops/conv.h.
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
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.convolution import Requantization, window_fields
from tinykd.compiler.ops.common.cycles import per_product
from tinykd.compiler.ops.common.residual import Residual, addend_overlap, requant_fields, residual_fields
from tinykd.compiler.ops.fully_connected import Dense


@dataclass(frozen=True, eq=False, kw_only=True)
class Conv2D(Layer):
    """``inputs`` = (x,) or, with ``residual``, (x, addend). Weights [out][y][x][in / groups]."""

    window: Window
    in_channels: int
    groups: int
    weights: NDArray[Any]  # int8
    bias: NDArray[
        np.int32
    ]  # the input's zero point folded in: right if pixels outside of the image read as it
    input_zero_point: int
    requantization: Requantization
    residual: Residual | None = None

    @property
    def out_channels(self) -> int:
        return int(self.weights.shape[0])

    @property
    def macs(self) -> int:
        return self.window.pixels * self.window.taps * self.out_channels * int(self.weights.shape[3])


def lower(node: Node) -> Layer:
    node.arity((2, 3))
    x, w, y = node.input(0), node.input(1), node.output
    for tensor in (x, y):
        node.ranked(node.quantized(tensor), 4)
    weights = convolution.weights_of(node, node.ranked(w, 4))
    out_channels, _, _, depth = w.shape
    in_channels = x.shape[3]
    groups = in_channels // depth
    if in_channels % depth or groups == 0 or out_channels % groups or y.shape[3] != out_channels:
        node.refuse(w, f"has shape {list(w.shape)}", f"filters for {list(x.shape)} -> {list(y.shape)}")
    place = convolution.window(node, x, y, (w.shape[1], w.shape[2]))
    bias = convolution.folded_bias(node, convolution.bias_of(node, out_channels), weights, x.zero_point)
    scaling = convolution.requantization(node, x, w, y, out_channels)
    common = {"name": node.name, "op": node.op.kind, "inputs": (x,), "outputs": (y,), "bias": bias}
    if (place.is_pointwise or place.is_whole) and groups == 1:
        matrix = weights.reshape(out_channels, -1)
        return Dense(**common, rows=place.pixels, weights=matrix, requantization=scaling)  # type: ignore[arg-type]
    return Conv2D(
        **common,  # type: ignore[arg-type]
        window=place,
        in_channels=in_channels,
        groups=groups,
        weights=weights,
        input_zero_point=x.zero_point,
        requantization=scaling,
    )


class Conv2DPortable(Kernel[Conv2D]):
    """Gathers two output pixels' patches into scratch, then a 2x2 register block over pixels and
    channels."""

    name: ClassVar[str] = "conv_2d"
    layer = Conv2D

    def cost(self, layer: Conv2D, target: Target) -> float:
        outputs = layer.window.pixels * layer.out_channels
        taps = layer.window.pixels * layer.window.taps
        gathered = 4 * taps * layer.in_channels + 20 * taps * layer.groups
        return per_product(target) * layer.macs + 25 * outputs + gathered

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        patch = int(layer.weights[0].size)
        fused = layer.residual is not None
        params = Struct(
            "tkd_conv_2d_params",
            (
                ("weights", ConstantArray("weights", layer.weights, "[out][y][x][in]")),
                ("bias", ConstantArray("bias", layer.bias, "[out], input zero point folded in")),
                *requant_fields(layer.requantization),
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("in_channels", layer.in_channels),
                ("out_channels", layer.out_channels),
                ("groups", layer.groups),
                ("depth", int(layer.weights.shape[3])),
                ("patch", patch),
                ("input_zero_point", layer.input_zero_point),
                *residual_fields(layer.residual),
            ),
        )
        pixels = layer.window.pixels
        own = (
            Overlap()
            if layer.groups > 1
            else Overlap(layer.window.min_input_offset(layer.in_channels, layer.out_channels, 2))
        )
        overlaps = (own, addend_overlap(pixels, layer.out_channels, 2)) if fused else (own,)
        function = "tkd_conv_2d_add_s8" if fused else "tkd_conv_2d_s8"
        return Call(function, params, scratch_bytes=2 * patch, overlaps=overlaps)


LOWER = for_types({"CONV_2D": lower})
KERNELS = (Conv2DPortable(),)
