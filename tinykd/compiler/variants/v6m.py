"""Convolutions and FULLY_CONNECTED on Cortex-M0 and M0+ (Armv6-M): firmware/kernels/arm_v6m.

Weights and values are shifted to unsigned bytes; ``tkd_v6m_filters.h`` has the layout and the arithmetic.
"""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Limit, Overlap, Struct
from tinykd.compiler.ops.common.access import min_input_offset
from tinykd.compiler.ops.common.convolution import Requantization, padded_size, window_fields
from tinykd.compiler.ops.common.residual import addend_overlap, residual_fields
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.depthwise_conv_2d import PER_PLANE, DepthwiseConv2D, plane_deltas
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.variants import dsp


def _filters_fit(layer: Conv2D | Dense | DepthwiseConv2D) -> tuple[Limit, ...]:
    return dsp.filter_limits(layer.weights, layer.bias, layer.requantization)


def _padded(depth: int) -> int:
    return -(-depth // 4) * 4


def _stream(weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization) -> NDArray[np.int32]:
    """Per four channels: (constant, multiplier) each, four e as bytes, then a word of weights for each k."""
    channels, depth = weights.shape
    fours = -(-channels // 4)
    scales = dsp.scales_of(scaling, channels)
    shifted = weights.astype(np.int64) + 128
    heads = np.zeros((fours * 4, 2), np.int64)
    heads[:channels, 0] = bias.astype(np.int64) - 128 * shifted.sum(axis=1) + 128 * 128 * depth
    heads[:channels, 1] = scales.multipliers
    shifts = np.zeros(fours * 4, np.uint8)
    shifts[:channels] = scales.e
    words = np.zeros((fours * 4, _padded(depth)), np.uint8)
    words[:channels, :depth] = shifted
    packed = np.ascontiguousarray(words.reshape(fours, 4, -1).transpose(0, 2, 1)).view("<i4")[:, :, 0]
    parts = heads.astype(np.int32).reshape(fours, 8), shifts.view("<i4").reshape(fours, 1), packed
    return np.concatenate(parts, axis=1).astype(np.int32).reshape(-1)


def _filters(weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization) -> Struct:
    flat = weights.reshape(weights.shape[0], -1)
    return Struct(
        "tkd_v6m_filters",
        (
            (
                "stream",
                ConstantArray(
                    "stream",
                    _stream(flat, bias, scaling),
                    "fours of channels, see tkd_v6m_filters.h",
                    packed=True,
                ),
            ),
            ("channels", flat.shape[0]),
            ("depth", _padded(flat.shape[1])),
            ("round", 2 * scaling.zero_point + 1),
            ("min", scaling.minimum),
            ("max", scaling.maximum),
        ),
    )


class Conv2DV6m(Kernel[Conv2D]):
    """Gathers one pixel, then four channels at a time."""

    name: ClassVar[str] = "conv_2d_v6m"
    layer = Conv2D
    code_bytes: ClassVar[int] = 1200

    def made_for(self, target: Target) -> bool:
        return target.core is Core.CORTEX_M0

    def limits(self, layer: Conv2D) -> tuple[Limit, ...]:
        return dsp.shape_limits(layer.groups, layer.window)

    def value_limits(self, layer: Conv2D) -> tuple[Limit, ...]:
        return _filters_fit(layer)

    def cost(self, layer: Conv2D, target: Target) -> float:
        outputs = layer.window.pixels * layer.out_channels
        return 2.4 * outputs * int(layer.weights[0].size) + 10 * outputs

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        params = Struct(
            "tkd_conv_2d_v6m_params",
            (
                ("filters", _filters(layer.weights, layer.bias, layer.requantization)),
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("in_channels", layer.in_channels),
                ("input_zero_point", layer.input_zero_point),
                *residual_fields(layer.residual),
            ),
        )
        scratch = _padded(int(layer.weights[0].size))
        own = Overlap(layer.window.min_input_offset(layer.in_channels, layer.out_channels, 1))
        if layer.residual is None:
            return Call("tkd_conv_2d_v6m_s8", params, scratch, (own,))
        addend = addend_overlap(layer.window.pixels, layer.out_channels, 1)
        return Call("tkd_conv_2d_add_v6m_s8", params, scratch + layer.out_channels, (own, addend))


class DenseV6m(Kernel[Dense]):
    """One row, four outputs at a time."""

    name: ClassVar[str] = "dense_v6m"
    layer = Dense
    code_bytes: ClassVar[int] = 900

    def made_for(self, target: Target) -> bool:
        return target.core is Core.CORTEX_M0

    def value_limits(self, layer: Dense) -> tuple[Limit, ...]:
        return _filters_fit(layer)

    def cost(self, layer: Dense, target: Target) -> float:
        return layer.rows * (2.4 * layer.weights.size + 10 * layer.out_channels)

    def emit_call(self, layer: Dense, target: Target) -> Call:
        params = Struct(
            "tkd_dense_v6m_params",
            (
                ("filters", _filters(layer.weights, layer.bias, layer.requantization)),
                ("rows", layer.rows),
                ("depth", layer.depth),
                *residual_fields(layer.residual),
            ),
        )
        rows = np.arange(layer.rows, dtype=np.int64)
        own = Overlap(min_input_offset(rows * layer.depth, (rows + 1) * layer.out_channels - 1))
        scratch = _padded(layer.depth)
        if layer.residual is None:
            return Call("tkd_dense_v6m_s8", params, scratch, (own,))
        addend = addend_overlap(layer.rows, layer.out_channels, 1)
        return Call("tkd_dense_add_v6m_s8", params, scratch + layer.out_channels, (own, addend))


class Depthwise3x3V6m(Kernel[DepthwiseConv2D]):
    """One channel at a time, in a padded plane of unsigned bytes; in place."""

    name: ClassVar[str] = "depthwise_3x3_v6m"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = 500

    def made_for(self, target: Target) -> bool:
        return target.core is Core.CORTEX_M0

    def limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return dsp.depthwise_3x3_limits(layer.window, layer.multiplier)

    def value_limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return _filters_fit(layer)

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        image = 8 * layer.inputs[0].elements + PER_PLANE * layer.in_channels
        return 50 * layer.outputs[0].elements + image

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        height, width = padded_size(layer.window)
        scaling = layer.requantization
        params = Struct(
            "tkd_depthwise_3x3_v6m_params",
            (
                (
                    "constants",
                    ConstantArray(
                        "constants", _depthwise_constants(layer), "per channel, see the header", packed=True
                    ),
                ),
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("channels", layer.in_channels),
                ("plane_h", height),
                ("plane_w", width),
                ("round", 2 * scaling.zero_point + 1),
                ("input_zero_point", layer.input_zero_point),
                ("min", scaling.minimum),
                ("max", scaling.maximum),
            ),
        )
        # Channel c of the output only ever lands on channel c of the input, which is in the plane by then.
        in_place = layer.outputs[0].bytes <= layer.inputs[0].bytes and layer.window.batches == 1
        overlaps = (Overlap(in_place=in_place, exact=plane_deltas(layer)),)
        return Call("tkd_depthwise_3x3_v6m_s8", params, height * width, overlaps)


def _depthwise_constants(layer: DepthwiseConv2D) -> NDArray[np.int32]:
    """(channels * 5,): bias, multiplier, nine weights and e as the bytes of three words."""
    scales = dsp.scales_of(layer.requantization, layer.in_channels)
    weights = layer.weights.reshape(layer.in_channels, 9).astype(np.int8)
    bias = layer.bias.astype(np.int64) - 128 * weights.astype(np.int64).sum(axis=1)
    taps = np.zeros((layer.in_channels, 12), np.int8)
    taps[:, :9], taps[:, 9] = weights, scales.e
    columns = [bias[:, None], scales.multipliers[:, None], taps.view("<i4")]
    return np.concatenate(columns, axis=1).astype(np.int32).reshape(-1)


KERNELS = (Conv2DV6m(), DenseV6m(), Depthwise3x3V6m())
