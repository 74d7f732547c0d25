"""Packing for the kernels in firmware/kernels/rv32 (32-bit RISC-V with multiplication): fours of channels.

``tkd_rv32_filters.h`` has the layout, ``tkd_rv32.h`` the arithmetic of codes. Nothing is assumed of a layer's
weights, bias or scales: a channel whose sums or scale the short requantisation cannot take has a code for the
long one.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import ConstantArray, CValue
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
    channels, depth = weights.shape
    fours = -(-channels // 4)
    heads = np.zeros((2, fours * 4), np.int32)
    heads[0, :channels] = bias
    heads[1, :channels] = np.broadcast_to(scaling.multipliers, channels)
    codes = np.zeros(fours * 4, np.uint8)
    codes[:channels] = codes_of(weights, bias, scaling)
    full = np.zeros((fours * 4, depth), np.int8)
    full[:channels] = weights
    words = np.ascontiguousarray(full.reshape(fours, 4, depth).transpose(0, 2, 1)).view("<i4")[:, :, 0]
    parts = (
        heads.reshape(2, fours, 4).transpose(1, 0, 2).reshape(fours, 8),
        codes.view("<i4").reshape(fours, 1),
        words,
    )
    return np.concatenate(parts, axis=1).astype(np.int32).reshape(-1)


def filters_fields(
    weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization, groups: int = 1
) -> tuple[tuple[str, CValue], ...]:
    """The fields of ``tkd_rv32_filters``; weights (channels of all groups, ...)."""
    flat = weights.reshape(weights.shape[0], -1)
    per_group = flat.shape[0] // groups
    parts = [slice(g * per_group, (g + 1) * per_group) for g in range(groups)]
    stream = [stream_of(flat[part], bias[part], of_channels(scaling, part)) for part in parts]
    return (
        (
            "stream",
            ConstantArray(
                "stream", np.concatenate(stream), "fours of channels, see tkd_rv32_filters.h", packed=True
            ),
        ),
        ("depth", flat.shape[1]),
        ("channels", per_group),
        ("step", flat.shape[0]),
        ("round", 2 * scaling.zero_point + 1),
        ("min", scaling.minimum),
        ("max", scaling.maximum),
    )


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
