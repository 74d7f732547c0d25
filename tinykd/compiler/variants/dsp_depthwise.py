"""3x3 DEPTHWISE_CONV_2D on Cortex-M4, M7 and M33: SMLAD on two taps of a column."""

from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Blob, Call, Kernel, Overlap, Struct
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.variants import dsp

COLUMN_BYTES = 32  # four channels of two row pairs


class Depthwise3x3Dsp(Kernel[DepthwiseConv2D]):
    name: ClassVar[str] = "depthwise_3x3_dsp"
    layer = DepthwiseConv2D
    files: ClassVar[tuple[str, ...]] = (
        "kernels/arm_dsp/tkd_dsp_rows.c", "kernels/arm_dsp/tkd_dsp_rows.h",
        *dsp.PIXEL_FILES, "kernels/arm_dsp/tkd_depthwise_3x3_dsp_s8.c",
        "kernels/arm_dsp/tkd_depthwise_3x3_dsp_s8.h",
    )  # fmt: skip
    code_bytes: ClassVar[int] = 1500

    def applies(self, layer: DepthwiseConv2D, target: Target) -> bool:
        w = layer.window
        return (
            dsp.dsp_target(target)
            and layer.multiplier == 1
            and (w.kernel_h, w.kernel_w, w.dilation_h, w.dilation_w) == (3, 3, 1, 1)
            and w.stride_h == w.stride_w
            and w.stride_h <= 2
            and max(w.pad_top, w.pad_left) <= 2
            and dsp.filters_fit(layer.weights, layer.bias, layer.requantization)
        )

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        return 28 * layer.outputs[0].elements + 3 * layer.inputs[0].elements

    def bind(self, layer: DepthwiseConv2D, target: Target) -> Call:
        w = layer.window
        columns = (w.out_w - 1) * w.stride_w + 3
        params = Struct(
            "tkd_depthwise_3x3_dsp_params",
            (
                (
                    "channel",
                    Blob(
                        "channel", _constants(layer), "per channel: three columns, bias and shift, multiplier"
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
        return Call("tkd_depthwise_3x3_dsp_s8", params, columns * COLUMN_BYTES, (Overlap(in_place=in_place),))


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


KERNELS = (Depthwise3x3Dsp(),)
