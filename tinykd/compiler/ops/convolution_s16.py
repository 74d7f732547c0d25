"""CONV_2D and DEPTHWISE_CONV_2D of int16 activations and int8 weights.

Source: tensorflow/lite/micro/kernels/{conv,depthwise_conv}.cc, the cases of int16 with a 64-bit bias.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, CValue, Kernel, Overlap, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import convolution, wide
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.compiler.ops.common.cycles import per_wide_product
from tinykd.compiler.ops.common.wide import WideRequantization
from tinykd.graph.ir import DType


@dataclass(frozen=True, eq=False, kw_only=True)
class _WideWindow(Layer):
    """A window of int8 weights over int16; pixels outside of the image are 0."""

    window: Window
    in_channels: int
    out_channels: int
    weights: NDArray[Any]  # int8
    bias: NDArray[np.int64]
    requantization: WideRequantization

    @property
    def macs(self) -> int:
        return self.window.pixels * int(self.weights.size)


@dataclass(frozen=True, eq=False, kw_only=True)
class Conv2DS16(_WideWindow):
    """Weights [out][y][x][in / groups]."""


@dataclass(frozen=True, eq=False, kw_only=True)
class DepthwiseConv2DS16(_WideWindow):
    """Weights [y][x][channel]."""


def lower_conv(node: Node) -> Layer:
    node.arity((2, 3))
    x, w, y = node.input(0), node.input(1), node.output
    for tensor in (x, y):
        node.ranked(wide.symmetric(node, tensor), 4)
    weights = convolution.weights_of(node, node.ranked(w, 4))
    channels, kernel_h, kernel_w, depth = w.shape
    groups = x.shape[3] // depth
    if x.shape[3] % depth or groups == 0 or channels % groups or y.shape[3] != channels:
        node.refuse(w, f"has shape {list(w.shape)}", f"filters for {list(x.shape)} -> {list(y.shape)}")
    bias = wide.bias_of(node, channels)
    wide.check_sums(node, bias, weights)
    return Conv2DS16(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,),
        window=convolution.window(node, x, y, (kernel_h, kernel_w)),
        in_channels=x.shape[3], out_channels=channels, weights=weights, bias=bias,
        requantization=wide.requantization(node, x, w, y, channels),
    )  # fmt: skip


def lower_depthwise(node: Node) -> Layer:
    node.arity((2, 3))
    x, w, y = node.input(0), node.input(1), node.output
    for tensor in (x, y):
        node.ranked(wide.symmetric(node, tensor), 4)
    weights = convolution.weights_of(node, node.ranked(w, 4))
    _, kernel_h, kernel_w, channels = w.shape
    if w.shape[0] != 1 or channels % x.shape[3] or y.shape[3] != channels:
        node.refuse(w, f"has shape {list(w.shape)}", f"filters for {list(x.shape)} -> {list(y.shape)}")
    bias = wide.bias_of(node, channels)
    wide.check_sums(node, bias, weights[0].transpose(2, 0, 1))
    return DepthwiseConv2DS16(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,),
        window=convolution.window(node, x, y, (kernel_h, kernel_w)),
        in_channels=x.shape[3], out_channels=channels, weights=weights[0], bias=bias,
        requantization=wide.requantization(node, x, w, y, channels),
    )  # fmt: skip


def _fields(layer: _WideWindow, order: str) -> tuple[tuple[str, CValue], ...]:
    """What both parameter structs begin with."""
    return (
        ("weights", ConstantArray("weights", layer.weights, order)),
        ("bias", ConstantArray("bias", layer.bias, "[out]")),
        *wide.requant_fields(layer.requantization),
        ("window", Struct("tkd_window", window_fields(layer.window))),
        ("in_channels", layer.in_channels),
        ("out_channels", layer.out_channels),
    )


def _overlap(layer: _WideWindow) -> Overlap:
    return Overlap(wide.window_min_input_offset(layer.window, layer.in_channels, layer.out_channels))


class Conv2DWide(Kernel[Conv2DS16]):
    name: ClassVar[str] = "conv_2d_s16"
    layer = Conv2DS16

    def cost(self, layer: Conv2DS16, target: Target) -> float:
        return per_wide_product(target) * layer.macs + 90.0 * layer.outputs[0].elements

    def emit_call(self, layer: Conv2DS16, target: Target) -> Call:
        depth = int(layer.weights.shape[3])
        groups = layer.in_channels // depth
        fields = (
            *_fields(layer, "[out][y][x][in]"),
            ("filters", layer.out_channels // groups),
            ("depth", depth),
        )
        return Call("tkd_conv_2d_s16", Struct("tkd_conv_2d_s16_params", fields), overlaps=(_overlap(layer),))


class DepthwiseWide(Kernel[DepthwiseConv2DS16]):
    name: ClassVar[str] = "depthwise_conv_2d_s16"
    layer = DepthwiseConv2DS16

    def cost(self, layer: DepthwiseConv2DS16, target: Target) -> float:
        return 7.0 * layer.macs + 90.0 * layer.outputs[0].elements

    def emit_call(self, layer: DepthwiseConv2DS16, target: Target) -> Call:
        fields = (*_fields(layer, "[y][x][channel]"), ("multiplier", layer.out_channels // layer.in_channels))
        params = Struct("tkd_depthwise_conv_2d_s16_params", fields)
        return Call("tkd_depthwise_conv_2d_s16", params, overlaps=(_overlap(layer),))


LOWER = for_types({"CONV_2D": lower_conv, "DEPTHWISE_CONV_2D": lower_depthwise}, DType.INT16)
KERNELS = (Conv2DWide(), DepthwiseWide())
