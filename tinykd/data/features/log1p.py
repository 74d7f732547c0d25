"""ln(1 + x) in float32 as FreeBSD's msun computes it (s_log1pf.c); newlib and glibc (to 2.40) do the same.

The micro frontend's filter bank depends on the last bit of it: libraries that round better move two of its
weights by 1. The constants of a model must not depend on the machine that it is trained on.
"""

import numpy as np
from numpy.typing import NDArray

_LN2_HIGH, _LN2_LOW = np.array([0x3F317180, 0x3717F7D1], np.uint32).view(np.float32)
_SERIES = np.array(  # of R, from z^7 to z
    [0x3E178897, 0x3E1CD04F, 0x3E3A3325, 0x3E638E29, 0x3E924925, 0x3ECCCCCD, 0x3F2AAAAB], np.uint32
).view(np.float32)
_ONE, _HALF, _TWO = (np.float32(v) for v in (1, 0.5, 2))
_DIRECT = np.array([0x3ED413D7], np.uint32).view(np.float32)[0]  # sqrt(2) - 1: below it nothing is taken off
_ROOT_2 = 0x3504F7  # its mantissa


def log1p(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of ``x`` that are 0, or from 2^-15 on to 2^24."""
    k, f, lost = _reduced(x)
    square, s = _HALF * f * f, f / (_TWO + f)
    z = s * s
    series = _SERIES[0]
    for constant in _SERIES[1:]:
        series = constant + z * series
    rest = s * (square + z * series)
    direct = f - (square - rest)
    scaled = k * _LN2_HIGH - ((square - (rest + (k * _LN2_LOW + lost))) - f)
    return np.asarray(np.where(k == 0, direct, scaled), np.float32)


def _reduced(x: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """k, f and what rounding lost: 1 + x = 2^k (1 + f), 1 + f from sqrt(1/2) to sqrt(2)."""
    u = _ONE + x
    bits = u.view(np.uint32)
    mantissa, k = bits & 0x7FFFFF, (bits >> 23).astype(np.int32) - 127
    lost = np.where(k > 0, _ONE - (u - x), x - (u - _ONE)) / u
    is_upper = mantissa >= _ROOT_2
    scaled = (mantissa | np.where(is_upper, 0x3F000000, 0x3F800000).astype(np.uint32)).view(np.float32)
    direct = x < _DIRECT
    power = np.where(direct, 0, k + is_upper).astype(np.float32)
    return power, np.where(direct, x, scaled - _ONE), lost
