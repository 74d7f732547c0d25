"""DEPTHWISE_CONV_2D on Cortex-M4, M7 and M33: SMLAD on two taps of one channel.

3x3 has a kernel of its own, which works in place. A single input channel makes it an ordinary convolution.
"""

from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Limit, Overlap, Struct
from tinykd.compiler.ops.common.access import interleaved_min_input_offset, rows_below
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.variants import dsp
from tinykd.compiler.variants.dsp_conv_2d import Conv2DDsp

COLUMN_BYTES = 32  # four channels of two row pairs


class Depthwise3x3Dsp(Kernel[DepthwiseConv2D]):
    name: ClassVar[str] = "depthwise_3x3_dsp"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = 1500

    def made_for(self, target: Target) -> bool:
        return dsp.dsp_target(target)

    def limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        w = layer.window
        stride, padding = (w.stride_h, w.stride_w), max(w.pad_top, w.pad_left)
        return (
            *dsp.depthwise_3x3_limits(w, layer.multiplier),
            Limit(stride in ((1, 1), (2, 2)), f"strides of {stride[0]} and {stride[1]}"),
            Limit(padding <= 2, f"padding of {padding}"),
        )

    def value_limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return dsp.filter_limits(layer.weights, layer.bias, layer.requantization)

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        w = layer.window
        pairs = -(-w.out_h // (3 - w.stride_h))  # of output rows at stride 1, of input rows at 2
        outputs = pairs * (3 - w.stride_h) * w.out_w * layer.in_channels
        return 28 * outputs + 3 * 2 * (pairs + 1) * w.in_w * layer.in_channels

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        w = layer.window
        columns = (w.out_w - 1) * w.stride_w + 3
        params = Struct(
            "tkd_depthwise_3x3_dsp_params",
            (
                (
                    "channel",
                    ConstantArray(
                        "channel",
                        _constants(layer),
                        "per channel: three columns, bias and shift, multiplier",
                        packed=True,
                    ),
                ),
                ("batches", w.batches),
                ("in_h", w.in_h),
                ("in_w", w.in_w),
                ("channels", layer.in_channels),
                ("out_h", w.out_h),
                ("out_w", w.out_w),
                ("stride", w.stride_h),
                ("pad_top", w.pad_top),
                ("pad_left", w.pad_left),
                ("columns", columns),
                ("in_zero", layer.input_zero_point),
                ("round", 2 * layer.requantization.zero_point + 1),
                ("act_min", layer.requantization.minimum),
                ("act_max", layer.requantization.maximum),
            ),
        )
        # Channel c of the output only ever lands on channel c of the input, on rows that have been widened.
        in_place = w.batches == 1 and w.out_w <= w.in_w
        own = Overlap(in_place=in_place, exact=_lower_rows(layer))
        low = "low_" if layer.requantization.zero_point == -128 and not target.replaceable else ""
        return Call(f"tkd_depthwise_3x3_{low}dsp_s8", params, columns * COLUMN_BYTES, (own,))


def _lower_rows(layer: DepthwiseConv2D) -> tuple[int, ...]:
    """Two rows are written when the two input rows below them have been widened; above the image none has to
    be."""
    w = layer.window
    same = w.stride_h == 1 and w.out_w == w.in_w
    return rows_below(w, layer.in_channels, 2 - w.pad_top) if same else ()


def _constants(layer: DepthwiseConv2D) -> dsp.Words:
    """(channels * 5,): for each column the bytes w0, w1, w1, w2 from top to bottom; bias word; multiplier."""
    scales = dsp.scales_of(layer.requantization, layer.in_channels)
    taps = layer.weights.transpose(0, 2, 1)[:, :, (0, 1, 1, 2)]  # [channel][x][0, 1, 1, 2]
    columns = np.ascontiguousarray(taps.astype("<i1")).view("<i4").reshape(layer.in_channels, 3)
    bias = dsp.bias_words(layer.bias, scales)
    return (
        np.concatenate([columns, bias[:, None], scales.multipliers[:, None]], axis=1)
        .astype(np.int32)
        .reshape(-1)
    )


class DepthwiseDsp(Kernel[DepthwiseConv2D]):
    """Any window: four channels and two taps at a time, from the addresses of an output pixel's taps."""

    name: ClassVar[str] = "depthwise_dsp"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = 900

    def made_for(self, target: Target) -> bool:
        return dsp.dsp_target(target)

    def limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return (Limit(layer.multiplier == 1, f"{layer.multiplier} outputs per channel"),)

    def value_limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return dsp.filter_limits(layer.weights, layer.bias, layer.requantization)

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        outputs, taps = layer.outputs[0].elements, layer.window.taps
        return 3.2 * outputs * taps + 20 * outputs + 14 * layer.window.pixels * taps

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        w, scaling = layer.window, layer.requantization
        params = Struct(
            "tkd_depthwise_dsp_params",
            (
                (
                    "stream",
                    ConstantArray(
                        "stream", _stream(layer), "fours of channels, see tkd_depthwise_dsp_s8.h", packed=True
                    ),
                ),
                ("window", Struct("tkd_window", window_fields(w))),
                ("channels", layer.in_channels),
                ("round", 2 * scaling.zero_point + 1),
                ("input_zero_point", layer.input_zero_point),
                ("min", scaling.minimum),
                ("max", scaling.maximum),
            ),
        )
        scratch = 8 * (w.taps + w.taps % 2) + layer.in_channels
        ends = np.arange(1, w.pixels + 1, dtype=np.int64) * layer.in_channels
        own = Overlap(interleaved_min_input_offset(w.first_pixels() * layer.in_channels, ends - 1))
        return Call("tkd_depthwise_dsp_s8", params, scratch, (own,))


def _stream(layer: DepthwiseConv2D) -> dsp.Words:
    """Per four channels: for every two taps the bytes (w0t, w1t, w0u, w1u) and (w2t, w3t, w2u, w3u), then
    (bias word, multiplier) each."""
    scales = dsp.scales_of(layer.requantization, layer.in_channels)
    fours, taps = -(-layer.in_channels // 4), layer.window.taps
    weights = np.zeros((fours * 4, taps + taps % 2), np.int8)
    weights[: layer.in_channels, :taps] = layer.weights.reshape(layer.in_channels, taps)
    # [four][two channels][channel][two taps][tap] -> [four][two taps][two channels][tap][channel]
    split = weights.reshape(fours, 2, 2, -1, 2).transpose(0, 3, 1, 4, 2)
    words = np.ascontiguousarray(split).reshape(-1, 4).view("<i4").reshape(fours, -1)
    heads = np.zeros((fours * 4, 2), np.int32)
    heads[: layer.in_channels, 0] = dsp.bias_words(layer.bias, scales)
    heads[: layer.in_channels, 1] = scales.multipliers
    return np.concatenate([words, heads.reshape(fours, 8)], axis=1).astype(np.int32).reshape(-1)


class DepthwiseAsConvDsp(Kernel[DepthwiseConv2D]):
    """One input channel: every output channel reads the whole input, as in a convolution."""

    name: ClassVar[str] = "depthwise_as_conv_2d_dsp"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = Conv2DDsp.code_bytes

    def suits(self, layer: DepthwiseConv2D, target: Target) -> bool:
        return layer.in_channels == 1 and Conv2DDsp().suits(as_conv(layer), target)

    def value_limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return Conv2DDsp().value_limits(as_conv(layer))

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        return Conv2DDsp().cost(as_conv(layer), target)

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        return Conv2DDsp().emit_call(as_conv(layer), target)


def as_conv(layer: DepthwiseConv2D) -> Conv2D:
    """The same as a convolution of one input channel."""
    return Conv2D(
        name=layer.name,
        op=layer.op,
        inputs=layer.inputs,
        outputs=layer.outputs,
        window=layer.window,
        in_channels=1,
        groups=1,
        weights=layer.weights[:, :, :, np.newaxis],
        bias=layer.bias,
        input_zero_point=layer.input_zero_point,
        requantization=layer.requantization,
    )


KERNELS = (Depthwise3x3Dsp(), DepthwiseDsp(), DepthwiseAsConvDsp())
