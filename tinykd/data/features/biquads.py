"""Second-order filters in integers: Butterworth's low-pass and high-pass, as ``tkd_biquad`` computes them.

    y[t] = b0 x[t] + b1 x[t-1] + b2 x[t-2] - a1 y[t-1] - a2 y[t-2]

Coefficients by the bilinear transform (R. Bristow-Johnson, Cookbook formulae for audio EQ biquad filter
coefficients, Q = 1/sqrt(2)), in units of 2^-29; values have 12 bits of fraction and are held within 2^29. A
constant passes a low-pass as it is and a high-pass as 0, exactly. Before its first value a filter has seen
that value for ever, so nothing swings in.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FRACTION_BITS = 12  # of values
BITS = 29  # of coefficients
MOST = (1 << 29) - 1  # of a value, with its fraction
_ONE = 1 << BITS

Values = NDArray[np.int64]  # of int32


@dataclass(frozen=True)
class Biquad:
    """``b`` and ``a`` without a0, which is 1; ``gain`` of a constant: 1 or 0."""

    b: tuple[int, int, int]
    a: tuple[int, int]
    gain: int


def low_pass(cutoff_hz: float, rate_hz: float) -> Biquad:
    """Half of the power is left at ``cutoff_hz``."""
    a, side = _poles(cutoff_hz, rate_hz, 1)
    return Biquad((side, _ONE + sum(a) - 2 * side, side), a, 1)


def high_pass(cutoff_hz: float, rate_hz: float) -> Biquad:
    """Half of the power is left at ``cutoff_hz``."""
    a, side = _poles(cutoff_hz, rate_hz, -1)
    return Biquad((side, -2 * side, side), a, 0)


def _poles(cutoff_hz: float, rate_hz: float, sign: int) -> tuple[tuple[int, int], int]:
    """a1, a2, and b0 = b2 of a low-pass (``sign`` 1) or a high-pass (-1)."""
    angle = 2 * math.pi * cutoff_hz / rate_hz
    cosine, alpha = math.cos(angle), math.sin(angle) / math.sqrt(2)
    unit = _ONE / (1 + alpha)
    return (round(-2 * cosine * unit), round((1 - alpha) * unit)), round((1 - sign * cosine) / 2 * unit)


def filtered(x: Values, filter: Biquad) -> Values:
    """(n, time, channels), each window and each channel by itself."""
    y = np.empty_like(x)
    x1 = x2 = x[:, 0]
    y1 = y2 = filter.gain * x[:, 0]
    (b0, b1, b2), (a1, a2) = filter.b, filter.a
    for t in range(x.shape[1]):
        total = b0 * x[:, t] + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
        y[:, t] = held((total + (_ONE >> 1)) >> BITS)
        x2, x1, y2, y1 = x1, x[:, t], y1, y[:, t]
    return y


def held(x: Values) -> Values:
    """Within what a value can be."""
    return np.asarray(np.clip(x, -MOST, MOST), np.int64)
