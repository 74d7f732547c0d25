"""Packing for the kernels in firmware/kernels/rv32 (32-bit RISC-V with multiplication): fours of channels.

``tkd_rv32_filters.h`` has the layout, ``tkd_rv32.h`` the arithmetic of codes. Nothing is assumed of a layer's
weights, bias or scales: a channel whose sums or scale the short requantisation cannot take has a code for the
long one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import ConstantArray, Struct
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.variants.dsp import largest_sums

PIXELS = 4  # TKD_RV32_PIXELS
SUM_LIMIT = 1 << 29  # |accumulator| below this: four times it is an int32
_SLOW = 64 + 31  # a code of this plus the shift: TKD_RV32_SLOW
_LARGEST_E = 22


def rv32_target(target: Target) -> bool:
    """Cores whose best kernels these are."""
    return target.core is Core.RV32IM


def codes_of(weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization) -> NDArray[np.uint8]:
    """How each channel is scaled: e = right shift - 1, or the shift itself for the long way; weights
    (channels, k)."""
    shifts = np.broadcast_to(scaling.shifts, weights.shape[0]).astype(np.int64)
    e = -shifts - 1
    short = (e >= 0) & (e <= _LARGEST_E) & (largest_sums(weights, bias) < SUM_LIMIT)
    return np.where(short, e, _SLOW + shifts).astype(np.uint8)


def stream_of(weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization) -> NDArray[np.int32]:
    """The stream of one group: per four channels biases, multipliers, codes, a word of weights for each k."""
    return in_fours(weights, bias, codes_of(weights, bias, scaling), scaling)


def in_fours(
    weights: NDArray[Any], bias: NDArray[Any], codes: NDArray[np.uint8], scaling: Requantization
) -> NDArray[np.int32]:
    """Fours of channels as words: biases, multipliers, codes, then the weights (channels, k), bytes."""
    channels, depth = weights.shape
    fours = -(-channels // 4)
    heads = np.zeros((2, fours * 4), np.int32)
    heads[0, :channels] = bias
    heads[1, :channels] = np.broadcast_to(scaling.multipliers, channels)
    filled = np.zeros(fours * 4, np.uint8)
    filled[:channels] = codes
    full = np.zeros((fours * 4, depth), np.int8)
    full[:channels] = weights.view(np.int8)
    words = np.ascontiguousarray(full.reshape(fours, 4, depth).transpose(0, 2, 1)).view("<i4")[:, :, 0]
    parts = (
        heads.reshape(2, fours, 4).transpose(1, 0, 2).reshape(fours, 8),
        filled.view("<i4").reshape(fours, 1),
        words,
    )
    return np.concatenate(parts, axis=1).astype(np.int32).reshape(-1)


@dataclass(frozen=True)
class Packing:
    """How a family of processors lays a group's channels out. ``family`` is in the names of its C files."""

    family: str
    stream_of: Callable[[NDArray[Any], NDArray[Any], Requantization], NDArray[np.int32]]
    codes_of: Callable[[NDArray[Any], NDArray[Any], Requantization], NDArray[np.uint8]]

    def filters(
        self, weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization, groups: int = 1
    ) -> Struct:
        """The family's ``tkd_..._filters``; weights (channels of all groups, ...)."""
        flat = weights.reshape(weights.shape[0], -1)
        per_group = flat.shape[0] // groups
        parts = [slice(g * per_group, (g + 1) * per_group) for g in range(groups)]
        streams = [self.stream_of(flat[part], bias[part], of_channels(scaling, part)) for part in parts]
        meaning = f"fours of channels, see tkd_{self.family}_filters.h"
        fields = (
            ("stream", ConstantArray("stream", np.concatenate(streams), meaning, packed=True)),
            ("depth", flat.shape[1]),
            ("channels", per_group),
            ("step", flat.shape[0]),
            ("round", 2 * scaling.zero_point + 1),
            ("min", scaling.minimum),
            ("max", scaling.maximum),
        )
        return Struct(f"tkd_{self.family}_filters", fields)


RV32 = Packing("rv32", stream_of, codes_of)


def of_channels(scaling: Requantization, part: slice) -> Requantization:
    """The scaling of some channels."""
    if not scaling.per_channel:
        return scaling
    return Requantization(
        scaling.multipliers[part],
        scaling.shifts[part],
        scaling.zero_point,
        scaling.minimum,
        scaling.maximum,
    )
