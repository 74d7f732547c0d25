"""AVERAGE_POOL_2D on Cortex-M4, M7 and M33: four channels at a time."""

from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Overlap, Struct
from tinykd.compiler.ops.common.access import min_input_offset
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.compiler.ops.pooling import Pool
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
        params = Struct(
            "tkd_pool_params",
            (
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("channels", layer.channels),
                ("min", layer.limits[0]),
                ("max", layer.limits[1]),
            ),
        )
        return Call("tkd_average_pool_2d_dsp_s8", params, overlaps=(Overlap(_min_input_offset(layer)),))


def _min_input_offset(layer: Pool) -> int:
    """Four channels of a pixel are read, then written."""
    fours = np.arange(0, layer.channels, 4, dtype=np.int64)
    first = (layer.window.first_pixels()[:, None] * layer.channels + fours).reshape(-1)
    written = np.arange(layer.window.pixels, dtype=np.int64)[:, None] * layer.channels + fours + 3
    return min_input_offset(first, written.reshape(-1))


KERNELS = (AveragePoolDsp(),)
