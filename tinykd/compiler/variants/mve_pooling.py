"""AVERAGE_POOL_2D and MAX_POOL_2D on Helium (Cortex-M55): firmware/kernels/mve."""

from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Overlap
from tinykd.compiler.ops.common.access import min_input_offset
from tinykd.compiler.ops.pooling import Pool, pool_params

MOST_SUMMED = 255  # int8 values whose sum fits into int16


class PoolMve(Kernel[Pool]):
    """As many channels at a time as a vector has lanes."""

    layer = Pool
    kind: ClassVar[str]
    lanes: ClassVar[int]
    code_bytes: ClassVar[int] = 350

    def supports(self, layer: Pool, target: Target) -> bool:
        fits = layer.op == "MAX_POOL_2D" or layer.window.taps <= MOST_SUMMED
        return target.core.has_mve and layer.op == self.kind and fits

    def cost(self, layer: Pool, target: Target) -> float:
        vectors = -(-layer.channels // self.lanes)
        return vectors * (5.0 * layer.window.taps_inside() + 25.0 * layer.window.pixels)

    def emit_call(self, layer: Pool, target: Target) -> Call:
        overlap = Overlap(_min_input_offset(layer, self.lanes))
        return Call(f"tkd_{self.name}_s8", pool_params("tkd_pool_params", layer), overlaps=(overlap,))


def _min_input_offset(layer: Pool, lanes: int) -> int:
    """A vector of channels of a pixel is read, then written."""
    starts = np.arange(0, layer.channels, lanes, dtype=np.int64)
    ends = np.minimum(starts + lanes, layer.channels) - 1
    first = (layer.window.first_pixels()[:, None] * layer.channels + starts).reshape(-1)
    written = np.arange(layer.window.pixels, dtype=np.int64)[:, None] * layer.channels + ends
    return min_input_offset(first, written.reshape(-1))


class AveragePoolMve(PoolMve):
    name, kind, lanes = "average_pool_2d_mve", "AVERAGE_POOL_2D", 8


class MaxPoolMve(PoolMve):
    name, kind, lanes = "max_pool_2d_mve", "MAX_POOL_2D", 16


KERNELS = (AveragePoolMve(), MaxPoolMve())
