"""The ends of a range through requantization and ADD: both rise with their operands, so ends stay ends."""

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.common.gemmlowp import (
    INT32_MAX,
    clamp,
    multiply_by_quantized_multiplier,
)
from tinykd.compiler.ops.common.residual import LEFT_SHIFT, Operand, Residual

Values = NDArray[np.int64]


def requantized(r: Requantization, low: Values, high: Values) -> tuple[Values, Values]:
    """(channels,) the outputs of accumulators from ``low`` to ``high``.

    A shift to the left that an accumulator does not survive gives any output.
    """
    multipliers = np.broadcast_to(r.multipliers, low.shape).tolist()
    shifts = np.broadcast_to(r.shifts, low.shape).tolist()
    ends = [
        _ends(r, (a, b), m, s)
        for a, b, m, s in zip(low.tolist(), high.tolist(), multipliers, shifts, strict=True)
    ]
    return np.array([a for a, _ in ends], np.int64), np.array([b for _, b in ends], np.int64)


def _ends(r: Requantization, sums: tuple[int, int], multiplier: int, shift: int) -> tuple[int, int]:
    if max(map(abs, sums)) << max(shift, 0) > INT32_MAX:
        return r.minimum, r.maximum
    low, high = (
        clamp(r.zero_point + multiply_by_quantized_multiplier(s, multiplier, shift), r.minimum, r.maximum)
        for s in sums
    )
    return low, high


def added(add: Residual, a: Values, b: Values) -> Values:
    """ADD of ``a`` (its own operand) and ``b``, channel by channel."""
    return np.array([_added(add, x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True)], np.int64)


def _added(add: Residual, a: int, b: int) -> int:
    total = _operand(add.own, a) + _operand(add.other, b)
    scale = add.output.scale
    result = multiply_by_quantized_multiplier(total, scale.value, scale.shift)
    return clamp(result + add.output.zero_point, add.minimum, add.maximum)


def _operand(operand: Operand, value: int) -> int:
    lifted = (value - operand.zero_point) << LEFT_SHIFT
    return multiply_by_quantized_multiplier(lifted, operand.scale.value, operand.scale.shift)
