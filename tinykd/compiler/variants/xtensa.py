"""Packing for the kernels in firmware/kernels/xtensa (Xtensa LX without SIMD): fours of channels, unsigned.

``tkd_xtensa_filters.h`` has the layout; heads and codes begin as those of ``rv32``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Core, Target
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.variants import rv32
from tinykd.compiler.variants.dsp import largest_sums

_SMALL = 32  # TKD_XTENSA_SMALL
_SMALL_SUMS = 1 << 19
_LOW = 128  # TKD_XTENSA_LOW
_LOW_E = 7


def xtensa_target(target: Target) -> bool:
    """Cores whose best kernels these are."""
    return target.core in (Core.XTENSA, Core.ESP8266)


def filled(depth: int) -> int:
    """``tkd_xtensa_filled``."""
    return -(-depth // 4) * 4


def block_bytes(depth: int) -> int:
    """``tkd_xtensa_block_bytes``."""
    return rv32.PIXELS * filled(depth)


def unsigned_bias(weights: NDArray[Any], bias: NDArray[Any]) -> NDArray[np.int32]:
    """``bias`` less 128 times the sum of each channel's weights (channels, k), modulo 2^32."""
    exact = bias.astype(np.int64) - 128 * weights.astype(np.int64).sum(axis=1)
    wrapped: NDArray[np.int32] = exact.astype(np.uint32).view(np.int32)
    return wrapped


def codes_of(weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization) -> NDArray[np.uint8]:
    """How each channel is scaled (``tkd_xtensa.h``); weights (channels, k)."""
    codes = rv32.codes_of(weights, bias, scaling)
    small = (codes < _SMALL) & (largest_sums(weights, bias) < _SMALL_SUMS)
    behind_relu = scaling.minimum == scaling.zero_point < 0
    low = (codes <= _LOW_E) & (scaling.multipliers >= 1 << 30) & behind_relu
    return np.select([low, small], [codes + _LOW, codes + _SMALL], codes).astype(np.uint8)


def _stream_of(weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization) -> NDArray[np.int32]:
    channels, depth = weights.shape
    unsigned = np.zeros((channels, filled(depth)), np.uint8)
    unsigned[:, :depth] = weights.astype(np.int16) + 128
    codes = codes_of(weights, bias, scaling)
    return rv32.in_fours(unsigned, unsigned_bias(weights, bias), codes, scaling)


XTENSA = rv32.Packing("xtensa", _stream_of, codes_of)
