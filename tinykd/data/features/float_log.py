"""ln x in float32, of the operations that ``tkd_log()`` of firmware/features/tkd_float.h has, in their order.

The kernel and its constants are those of FreeBSD's msun (e_logf.c), as musl arranged them: x = 2^k (1 + f)
with 1 + f from sqrt(1/2) to sqrt(2). Libraries round the last bit otherwise, and features must not depend on
that.
"""

import numpy as np
from numpy.typing import NDArray

_LN2_HIGH, _LN2_LOW = np.array([0x3F317180, 0x3717F7D1], np.uint32).view(np.float32)
_L1, _L2, _L3, _L4 = np.array([0x3F2AAAAA, 0x3ECCCE13, 0x3E91E9EE, 0x3E789E26], np.uint32).view(np.float32)
_ROOT_HALF = np.uint32(0x3F3504F3)  # bits of sqrt(1/2)
_ONE, _HALF, _TWO = (np.float32(v) for v in (1, 0.5, 2))
_MANTISSA, _ONE_BITS = np.uint32(0x007FFFFF), np.uint32(0x3F800000)
SMALLEST = float(np.finfo(np.float32).tiny)  # below it numbers have fewer digits


def float_log(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of finite ``x`` from ``SMALLEST`` on."""
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32) + (_ONE_BITS - _ROOT_HALF)
    k = ((bits >> np.uint32(23)).astype(np.int32) - 127).astype(np.float32)
    f = ((bits & _MANTISSA) + _ROOT_HALF).view(np.float32) - _ONE
    s = f / (_TWO + f)
    z = s * s
    w = z * z
    rest = z * (_L1 + w * _L3) + w * (_L2 + w * _L4)
    half = _HALF * f * f
    return np.asarray((s * (half + rest) + k * _LN2_LOW - half + f) + k * _LN2_HIGH, np.float32)
