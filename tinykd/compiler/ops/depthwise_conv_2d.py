"""DEPTHWISE_CONV_2D: one filter per output channel, ``multiplier`` of them per input channel.

Source: tensorflow/lite/micro/kernels/depthwise_conv_common.cc, reference/integer_ops/depthwise_conv.h.
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
from tinykd.compiler.ops.common.access import Window, rows_below
from tinykd.compiler.ops.common.convolution import Requantization, padded_size, window_fields
from tinykd.compiler.ops.common.residual import requant_fields


@dataclass(frozen=True, eq=False, kw_only=True)
class DepthwiseConv2D(Layer):
    """Output channel c is made from input channel c // multiplier. Weights [channel][y][x]."""

    window: Window
    in_channels: int
    multiplier: int
    weights: NDArray[Any]  # int8 (out channels, kernel_h, kernel_w)
    bias: NDArray[
        np.int32
    ]  # the input's zero point folded in: right if pixels outside of the image read as it
    input_zero_point: int
    requantization: Requantization

    @property
    def out_channels(self) -> int:
        return self.in_channels * self.multiplier

    @property
    def macs(self) -> int:
        return self.window.pixels * self.window.taps * self.out_channels


def lower(node: Node) -> Layer:
    node.arity((2, 3))
    x, w, y = node.input(0), node.input(1), node.output
    for tensor in (x, y):
        node.ranked(node.quantized(tensor), 4)
    filters = convolution.weights_of(node, node.ranked(w, 4))
    _, kernel_h, kernel_w, out_channels = w.shape
    in_channels = x.shape[3]
    multiplier = out_channels // in_channels
    if w.shape[0] != 1 or multiplier * in_channels != out_channels or y.shape[3] != out_channels:
        node.refuse(w, f"has shape {list(w.shape)}", f"filters for {list(x.shape)} -> {list(y.shape)}")
    weights = np.ascontiguousarray(filters[0].transpose(2, 0, 1))
    return DepthwiseConv2D(
        name=node.name,
        op=node.op.kind,
        inputs=(x,),
        outputs=(y,),
        window=convolution.window(node, x, y, (kernel_h, kernel_w)),
        in_channels=in_channels,
        multiplier=multiplier,
        weights=weights,
        bias=convolution.folded_bias(node, convolution.bias_of(node, out_channels), weights, x.zero_point),
        input_zero_point=x.zero_point,
        requantization=convolution.requantization(node, x, w, y, out_channels),
    )


PER_PLANE = 250  # cycles that a channel takes beside its pixels: a plane to fill, weights to load


class DepthwisePlane(Kernel[DepthwiseConv2D]):
    """Copies one channel into a padded plane in scratch, then slides over it: no bounds checks, and in
    place."""

    name: ClassVar[str] = "depthwise_plane"
    layer = DepthwiseConv2D

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        outputs = layer.window.pixels * layer.out_channels
        image = 8 * layer.inputs[0].elements + PER_PLANE * layer.out_channels
        return 4 * outputs * layer.window.taps + 22 * outputs + image

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        height, width = padded_size(layer.window)
        params = Struct(
            "tkd_depthwise_conv_2d_params",
            (
                ("weights", ConstantArray("weights", layer.weights, "[channel][y][x]")),
                ("bias", ConstantArray("bias", layer.bias, "[channel], input zero point folded in")),
                *requant_fields(layer.requantization),
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("in_channels", layer.in_channels),
                ("multiplier", layer.multiplier),
                ("plane_h", height),
                ("plane_w", width),
                ("input_zero_point", layer.input_zero_point),
            ),
        )
        # Channel c of the output only ever lands on channel c of the input, which is in the plane by then.
        in_place = (
            layer.multiplier == 1
            and layer.outputs[0].bytes <= layer.inputs[0].bytes
            and layer.window.batches == 1
        )
        return Call(
            "tkd_depthwise_conv_2d_s8",
            params,
            scratch_bytes=height * width,
            overlaps=(Overlap(in_place=in_place, exact=plane_deltas(layer)),),
        )


def plane_deltas(layer: DepthwiseConv2D) -> tuple[int, ...]:
    """Of a kernel that has read all of a channel before it writes any of it."""
    w = layer.window
    reach = (w.kernel_h - 1) * w.dilation_h
    return rows_below(w, layer.in_channels, reach) if layer.multiplier == 1 else ()


LOWER = for_types({"DEPTHWISE_CONV_2D": lower})
KERNELS = (DepthwisePlane(),)
