"""CONV_2D three columns wide on Cortex-M4, M7, M33: three pixels of a row share five columns of the input."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Limit, Overlap
from tinykd.compiler.ops.common.access import interleaved_min_input_offset, min_input_offset
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.variants import dsp
from tinykd.compiler.variants.dsp_conv_2d import Conv2DDsp, params_of

TAPS, COLUMNS = 3, 5  # TKD_DSP_TAPS, TKD_DSP_COLUMNS


class Conv2D3Dsp(Kernel[Conv2D]):
    name: ClassVar[str] = "conv_2d_3_dsp"
    layer = Conv2D
    code_bytes: ClassVar[int] = 4200

    def made_for(self, target: Target) -> bool:
        return dsp.dsp_target(target)

    def limits(self, layer: Conv2D) -> tuple[Limit, ...]:
        w, depth = layer.window, layer.in_channels
        return (
            Limit(w.kernel_w == TAPS, f"a kernel of {w.kernel_w} columns"),
            Limit(w.stride_w == 1, f"a stride of {w.stride_w} columns"),
            Limit(w.out_w >= dsp.PIXELS, f"rows of {w.out_w} outputs"),
            Limit(depth % 4 == 0, f"{depth} input channels"),
            *Conv2DDsp().limits(layer),
        )

    def value_limits(self, layer: Conv2D) -> tuple[Limit, ...]:
        return Conv2DDsp().value_limits(layer)

    def cost(self, layer: Conv2D, target: Target) -> float:
        w, depth = layer.window, layer.window.taps * layer.in_channels
        rows = w.batches * w.out_h
        three, left = w.out_w // dsp.PIXELS, w.out_w % dsp.PIXELS
        threes = rows * three * dsp.PIXELS
        lefts = -(-rows * left // dsp.PIXELS) * dsp.PIXELS
        outputs = (threes * 0.93 + lefts * 1.1) * depth + (threes + lefts) * 13
        return outputs * layer.out_channels + (1.2 * threes + 3 * lefts) * depth

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        words = dsp.words_of(layer.window.taps * layer.in_channels)
        whole = layer.window.out_w % dsp.PIXELS == 0
        scratch = words // TAPS * COLUMNS * 4 + (0 if whole else words * 4 * dsp.PIXELS)
        result = 0 if whole and layer.residual is None else dsp.PIXELS * layer.out_channels
        own, addend = _overlaps(layer)
        if layer.residual is None:
            return Call("tkd_conv_2d_3_dsp_s8", params_of(layer, True), scratch + result, (own,))
        return Call("tkd_conv_2d_3_add_dsp_s8", params_of(layer, True), scratch + result, (own, addend))


@dataclass(frozen=True)
class _Step:
    """In bytes: the lowest ones that are read, and the highest one that is written, in this order."""

    input: int = 1 << 60
    addend: int = 1 << 60
    output: int = -1


def _steps(layer: Conv2D) -> Iterator[_Step]:
    """Of one image: three pixels beside each other at once; those left of a row wait until they are three."""
    w, channels = layer.window, layer.out_channels
    first = w.first_pixels() * layer.in_channels
    waiting: list[int] = []
    for row in range(0, w.pixels, w.out_w):
        for pixel in range(row, row + w.out_w // dsp.PIXELS * dsp.PIXELS, dsp.PIXELS):
            yield _Step(int(first[pixel]), pixel * channels, (pixel + dsp.PIXELS) * channels - 1)
        for pixel in range(row + w.out_w // dsp.PIXELS * dsp.PIXELS, row + w.out_w):
            yield _Step(int(first[pixel]))
            waiting.append(pixel)
            if len(waiting) == dsp.PIXELS or pixel + 1 == w.pixels:
                yield _Step(addend=waiting[0] * channels, output=(pixel + 1) * channels - 1)
                waiting.clear()


def _overlaps(layer: Conv2D) -> tuple[Overlap, Overlap]:
    """Of the input and of the residual's addend, which is read where its outputs are written."""
    if layer.window.batches > 1:
        return Overlap(), Overlap(in_place=True)
    steps = list(_steps(layer))
    written = np.array([s.output for s in steps], np.int64)
    own = min_input_offset(np.array([s.input for s in steps], np.int64), written)
    addend = interleaved_min_input_offset(np.array([s.addend for s in steps], np.int64), written)
    return Overlap(own), Overlap(addend, in_place=True)


KERNELS = (Conv2D3Dsp(),)
