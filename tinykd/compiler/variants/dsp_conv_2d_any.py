"""CONV_2D of any dilation and number of groups on Cortex-M4, M7 and M33: taps copied one by one."""

from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Limit, Overlap, Struct
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.compiler.ops.common.residual import addend_overlap
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.variants import dsp


class Conv2DAnyDsp(Kernel[Conv2D]):
    name: ClassVar[str] = "conv_2d_any_dsp"
    layer = Conv2D
    code_bytes: ClassVar[int] = 2200

    def made_for(self, target: Target) -> bool:
        return dsp.dsp_target(target)

    def value_limits(self, layer: Conv2D) -> tuple[Limit, ...]:
        filters = dsp.filter_limits(layer.weights, layer.bias, layer.requantization)
        return (*filters, dsp.add_limit(layer.residual))

    def cost(self, layer: Conv2D, target: Target) -> float:
        patch, per_group = int(layer.weights[0].size), layer.out_channels // layer.groups
        pixels = -(-layer.window.pixels // dsp.PIXELS) * dsp.PIXELS
        outputs = pixels * layer.groups * (per_group + per_group % 2)
        depth = 2 * dsp.words_of(patch)
        gathered = 2.5 * depth + 16 * layer.window.taps + 40
        return 1.1 * outputs * depth + 17 * outputs + pixels * layer.groups * gathered

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        first, words = _filters(layer)
        params = Struct(
            "tkd_conv_2d_any_dsp_params",
            (
                ("filters", first),
                ("stream", words),
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("depth", int(layer.weights.shape[3])),
                ("groups", layer.groups),
                ("input_zero_point", layer.input_zero_point),
                *dsp.residual_struct(layer.residual),
            ),
        )
        per_group = layer.out_channels // layer.groups
        scratch = 14 * dsp.words_of(int(layer.weights[0].size)) + dsp.PIXELS * per_group
        own, addend = _overlaps(layer)
        if layer.residual is None:
            return Call("tkd_conv_2d_any_dsp_s8", params, scratch, (own,))
        return Call("tkd_conv_2d_any_add_dsp_s8", params, scratch, (own, addend))


def _filters(layer: Conv2D) -> tuple[Struct, int]:
    """``tkd_dsp_filters`` of the first group, with the streams of all of them, and the words of each."""
    per_group, scaling = layer.out_channels // layer.groups, layer.requantization
    scales = dsp.scales_of(scaling, layer.out_channels)
    flat = layer.weights.reshape(layer.out_channels, -1)
    streams = []
    for first in range(0, layer.out_channels, per_group):
        own = slice(first, first + per_group)
        words = dsp.pair_words(flat[own])
        streams.append(
            dsp.gemm_stream(words, layer.bias[own], dsp.Scales(scales.multipliers[own], scales.e[own]))
        )
    stream = np.concatenate(streams)
    return dsp.filters_of(stream, per_group, flat.shape[1], scaling), streams[0].size


def _overlaps(layer: Conv2D) -> tuple[Overlap, Overlap]:
    """Of the input, of which later groups are read when outputs of earlier ones are written, and of the
    residual's addend."""
    if layer.window.batches > 1 or layer.groups > 1:
        own = Overlap()
    else:
        own = Overlap(layer.window.min_input_offset(layer.in_channels, layer.out_channels, dsp.PIXELS))
    if layer.window.batches > 1:
        return own, Overlap(in_place=True)
    return own, addend_overlap(layer.window.pixels, layer.out_channels, dsp.PIXELS)


KERNELS = (Conv2DAnyDsp(),)
