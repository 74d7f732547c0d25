"""AVERAGE_POOL_2D and MAX_POOL_2D on Cortex-M4, M7 and M33: four channels at a time."""

from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Overlap
from tinykd.compiler.ops.common.access import min_input_offset
from tinykd.compiler.ops.pooling import Pool, pool_min_input_offset, pool_params
from tinykd.compiler.variants import dsp


class AveragePoolDsp(Kernel[Pool]):
    name: ClassVar[str] = "average_pool_2d_dsp"
    layer = Pool
    code_bytes: ClassVar[int] = 420

    def supports(self, layer: Pool, target: Target) -> bool:
        return (
            dsp.dsp_target(target)
            and layer.op == "AVERAGE_POOL_2D"
            and layer.channels % 4 == 0
            and layer.window.taps <= 255
        )

    def cost(self, layer: Pool, target: Target) -> float:
        return layer.channels * (2 * layer.window.taps_inside() + 25 * layer.window.pixels)

    def emit_call(self, layer: Pool, target: Target) -> Call:
        params = pool_params("tkd_pool_params", layer)
        return Call("tkd_average_pool_2d_dsp_s8", params, overlaps=(Overlap(_min_input_offset(layer)),))


def _min_input_offset(layer: Pool) -> int:
    """Four channels of a pixel are read, then written."""
    fours = np.arange(0, layer.channels, 4, dtype=np.int64)
    first = (layer.window.first_pixels()[:, None] * layer.channels + fours).reshape(-1)
    written = np.arange(layer.window.pixels, dtype=np.int64)[:, None] * layer.channels + fours + 3
    return min_input_offset(first, written.reshape(-1))


class MaxPoolDsp(Kernel[Pool]):
    """The largest of four bytes at once; what is left of the channels one by one."""

    name: ClassVar[str] = "max_pool_2d_dsp"
    layer = Pool
    code_bytes: ClassVar[int] = 400

    def supports(self, layer: Pool, target: Target) -> bool:
        return dsp.dsp_target(target) and layer.op == "MAX_POOL_2D"

    def cost(self, layer: Pool, target: Target) -> float:
        columns = layer.channels // 4 + layer.channels % 4
        return columns * (5 * layer.window.taps_inside() + 25 * layer.window.pixels)

    def emit_call(self, layer: Pool, target: Target) -> Call:
        overlap = Overlap(pool_min_input_offset(layer))
        return Call("tkd_max_pool_2d_dsp_s8", pool_params("tkd_pool_params", layer), overlaps=(overlap,))


KERNELS = (AveragePoolDsp(), MaxPoolDsp())
