"""Convolutions on Helium (Cortex-M55): firmware/kernels/mve."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Limit, Overlap, Struct
from tinykd.compiler.ops.common.access import interleaved_min_input_offset
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.variants import mve_packing as packing
from tinykd.compiler.variants.mve_dense import addend_of, at_a_time, cycles

PATCHES, STRIP = 768, 1024  # bytes of scratch for a block of output pixels, about


@dataclass(frozen=True)
class Gathering:
    """How the inputs of some output pixels come together in scratch."""

    strip: bool  # columns that pixels of a row share, else a patch for each pixel
    block: int  # output pixels at a time
    rows: int  # of patches at a time, as far as the choice of ``tkd_mve_rows`` goes
    depth: int  # of a patch
    stride: int  # bytes from patch to patch
    scratch_bytes: int
    cost: float  # about, in instructions


def gathering(layer: Conv2D) -> Gathering:
    """The cheaper one of both."""
    patches = by_patches(layer)
    strip = by_strips(layer) if layer.window.dilation_w == 1 else patches
    return min(patches, strip, key=lambda g: g.cost)


def by_patches(layer: Conv2D) -> Gathering:
    w, patch = layer.window, int(layer.weights[0].size)
    image, depth = w.out_h * w.out_w, -(-patch // 16) * 16
    threes = max(PATCHES // depth // 3 * 3, 3)
    whole = -(-image // 3) * 3 if at_a_time(image, depth) == 3 else image
    block = min(threes, whole)
    gathered = w.kernel_h * (10.0 + 3.0 * -(-patch // w.kernel_h // 16)) + 25
    cost = w.pixels * gathered + cycles(w.pixels, patch, layer.out_channels)
    return Gathering(False, block, image, depth, depth, depth * block, cost)


def by_strips(layer: Conv2D) -> Gathering:
    w, patch, channels = layer.window, int(layer.weights[0].size), layer.in_channels
    column = w.kernel_h * channels
    fitting = max((STRIP // column - w.kernel_w) // w.stride_w + 1, 3) // 3 * 3
    block = min(fitting, w.out_w)
    columns = (block - 1) * w.stride_w + w.kernel_w
    step = at_a_time(block, patch)
    rows = sum(-(-min(block, w.out_w - x) // step) * step for x in range(0, w.out_w, block))
    moved = w.kernel_h * (columns * (6.0 if channels <= 16 else 7.0 + 3.0 * -(-channels // 16)) + 60) + 60
    gathered = -(-w.out_w // block) * moved
    each = gathered + cycles(rows if step == 3 else w.out_w, patch, layer.out_channels)
    scratch = (columns * w.kernel_h + 1) * channels
    return Gathering(True, block, block, patch, w.stride_w * column, scratch, w.batches * w.out_h * each)


class Conv2DMve(Kernel[Conv2D]):
    """Gathers the inputs of some output pixels into scratch, then multiplies rows."""

    name: ClassVar[str] = "conv_2d_mve"
    layer = Conv2D
    code_bytes: ClassVar[int] = 1200

    def made_for(self, target: Target) -> bool:
        return target.core.has_mve

    def limits(self, layer: Conv2D) -> tuple[Limit, ...]:
        return (Limit(layer.groups == 1, f"{layer.groups} groups"),)

    def cost(self, layer: Conv2D, target: Target) -> float:
        return gathering(layer).cost

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        how = gathering(layer)
        taps = layer.weights.transpose(0, 2, 1, 3) if how.strip else layer.weights
        matrix = packing.matrix_struct(
            taps.reshape(layer.out_channels, -1),
            layer.bias,
            how.rows,
            how.depth,
            layer.requantization,
            layer.residual,
        )
        matrix = packing.for_any_scales(matrix) if target.replaceable else matrix
        params = Struct(
            "tkd_conv_2d_mve_params",
            (
                ("matrix", packing.with_stride(matrix, how.stride)),
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("in_channels", layer.in_channels),
                ("block", how.block),
                ("input_zero_point", layer.input_zero_point),
            ),
        )
        own = Overlap(_min_input_offset(layer, how))
        kind = "tkd_conv_2d_strip" if how.strip else "tkd_conv_2d"
        if layer.residual is None:
            return Call(f"{kind}_mve_s8", params, scratch_bytes=how.scratch_bytes, overlaps=(own,))
        addend = addend_of(how.rows, how.depth, layer.window.pixels, layer.out_channels)
        return Call(f"{kind}_add_mve_s8", params, scratch_bytes=how.scratch_bytes, overlaps=(own, addend))


def _min_input_offset(layer: Conv2D, how: Gathering) -> int:
    """A block of pixels is read, then written; of strips a whole row may be, in parts."""
    w = layer.window
    if not how.strip:
        return w.min_input_offset(layer.in_channels, layer.out_channels, how.block)
    first = w.first_pixels().reshape(-1, w.out_w).min(axis=1) * layer.in_channels
    last = np.arange(1, first.size + 1, dtype=np.int64) * w.out_w * layer.out_channels - 1
    return interleaved_min_input_offset(first, last)


KERNELS = (Conv2DMve(),)
