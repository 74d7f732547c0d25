"""gemmlowp's fixed-point arithmetic on arrays; each function equals its namesake in ``gemmlowp``."""

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.ops.common.gemmlowp import INT32_MAX

Values = NDArray[np.int64]
_GONE = 62  # bits to the right, and more, leave nothing of an int32


def multiply_by_quantized_multipliers(x: Values, multipliers: Values, shifts: Values) -> Values:
    """``multiply_by_quantized_multiplier``, element by element."""
    left, right = np.maximum(shifts, 0), np.clip(-shifts, 0, _GONE)
    return rounding_divide_by_pots(high_muls(wrapped32(x << left), multipliers), right)


def high_muls(a: Values, b: Values) -> Values:
    """``SaturatingRoundingDoublingHighMul`` of int32."""
    product = a * b
    rounded = product + np.where(product >= 0, 1 << 30, 1 - (1 << 30))
    return np.minimum(np.where(rounded >= 0, rounded >> 31, -(-rounded >> 31)), INT32_MAX)


def rounding_divide_by_pots(x: Values, exponents: Values) -> Values:
    """x / 2**exponent, to nearest, ties away from zero."""
    mask = (np.int64(1) << exponents) - 1
    threshold = (mask >> 1) + (x < 0)
    return (x >> exponents) + ((x & mask) > threshold)


def wrapped32(x: Values) -> Values:
    """``x`` reduced to int32 as two's complement does."""
    return ((x + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
