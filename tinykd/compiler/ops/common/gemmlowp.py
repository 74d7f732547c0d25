"""gemmlowp's fixed-point arithmetic on Python integers, as TensorFlow Lite Micro's reference kernels use it.

Used at compile time, to fill lookup tables; every function equals its C++ namesake bit for bit. A value of
the type ``FixedPoint<int32, b>`` is an integer ``raw`` that stands for ``raw / 2**(31 - b)``; the integer
bits ``b`` are in the names of the arguments here. Sources: gemmlowp ``fixedpoint/fixedpoint.h``, TFLite
``kernels/internal/common.h``.
"""

INT16_MIN, INT16_MAX = -(1 << 15), (1 << 15) - 1
INT32_MIN, INT32_MAX = -(1 << 31), (1 << 31) - 1
ONE = INT32_MAX  # of FixedPoint<int32, 0>, which cannot hold 1.0


def clamp(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)


def _divide(numerator: int, denominator: int) -> int:
    """Integer division that truncates towards zero, as in C (denominator > 0)."""
    return numerator // denominator if numerator >= 0 else -(-numerator // denominator)


def high_mul(a: int, b: int, bits: int = 31) -> int:
    """``SaturatingRoundingDoublingHighMul`` of two int32 (``bits`` 31) or int16 (``bits`` 15)."""
    if a == b == -(1 << bits):
        return (1 << bits) - 1
    product = a * b
    nudge = (1 << (bits - 1)) if product >= 0 else 1 - (1 << (bits - 1))
    return _divide(product + nudge, 1 << bits)


def rounding_divide_by_pot(x: int, exponent: int) -> int:
    """x / 2**exponent, to nearest, ties away from zero."""
    mask = (1 << exponent) - 1
    threshold = (mask >> 1) + (1 if x < 0 else 0)
    return (x >> exponent) + (1 if (x & mask) > threshold else 0)


def multiply_by_pot(x: int, exponent: int) -> int:
    """``SaturatingRoundingMultiplyByPOT`` on int32: x * 2**exponent for either sign of the exponent."""
    if exponent <= 0:
        return rounding_divide_by_pot(x, -exponent)
    return clamp(x << exponent, INT32_MIN, INT32_MAX)


def wrap32(x: int) -> int:
    """``x`` reduced to int32 as two's complement does."""
    return ((x + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)


def multiply_by_quantized_multiplier(x: int, multiplier: int, shift: int) -> int:
    """TFLite's double-rounding ``MultiplyByQuantizedMultiplier`` of an int32."""
    left, right = max(shift, 0), max(-shift, 0)
    return rounding_divide_by_pot(high_mul(wrap32(x << left), multiplier), right)


def exp_on_negative_values(a: int, integer_bits: int) -> int:
    """exp(a) for a <= 0 with ``integer_bits``; the result is a FixedPoint<int32, 0>."""
    fraction_bits = 31 - integer_bits
    one_quarter = 1 << (fraction_bits - 2)
    a_mod = (a & (one_quarter - 1)) - one_quarter
    result = _exp_between_minus_quarter_and_0(multiply_by_pot(a_mod, integer_bits))
    remainder = a_mod - a
    for exponent, multiplier in _EXP_BARREL:
        if integer_bits > exponent and remainder & (1 << (fraction_bits + exponent)):
            result = high_mul(result, multiplier)
    if integer_bits > 5 and a < -(1 << (fraction_bits + 5)):
        result = 0
    return ONE if a == 0 else result


# exp(-2**exponent) as FixedPoint<int32, 0>.
_EXP_BARREL = (
    (-2, 1672461947),
    (-1, 1302514674),
    (0, 790015084),
    (1, 290630308),
    (2, 39332535),
    (3, 720401),
    (4, 242),
)


def _exp_between_minus_quarter_and_0(a: int) -> int:
    constant_term, one_third = 1895147668, 715827883  # exp(-1/8), 1/3
    x = a + (1 << 28)
    x2 = high_mul(x, x)
    x3, x4 = high_mul(x2, x), high_mul(x2, x2)
    tail = rounding_divide_by_pot(high_mul(rounding_divide_by_pot(x4, 2) + x3, one_third) + x2, 1)
    return constant_term + high_mul(constant_term, x + tail)


def _newton_reciprocal_of_half(a: int) -> int:
    """1 / ((1 + a) / 2) for a in [0, 1] (FixedPoint 0) as FixedPoint<int32, 2>, three Newton steps."""
    total = a + ONE
    half_denominator = _divide(total + (1 if total >= 0 else -1), 2)
    x = 1515870810 + high_mul(half_denominator, -1010580540)  # 48/17, -32/17
    for _ in range(3):
        error = (1 << 29) - high_mul(half_denominator, x)
        x = x + multiply_by_pot(high_mul(x, error), 2)
    return x


def logistic(a: int, integer_bits: int = 4) -> int:
    """1 / (1 + exp(-a)) as FixedPoint<int32, 0>."""
    if a == 0:
        return 1 << 30
    positive = multiply_by_pot(_newton_reciprocal_of_half(exp_on_negative_values(-abs(a), integer_bits)), 1)
    return positive if a > 0 else ONE - positive


def tanh(a: int, integer_bits: int = 4) -> int:
    """tanh(a) as FixedPoint<int32, 0>."""
    if a == 0:
        return 0
    exponential = exp_on_negative_values(
        -abs(a), integer_bits + 1
    )  # exp(-2|a|): same bits, one more integer bit
    magnitude = multiply_by_pot(_newton_reciprocal_of_half(exponential) - (1 << 29), 2)
    return magnitude if a > 0 else -magnitude


def inverse_sqrt_multiplier(value: int) -> tuple[int, int]:
    """``GetInvSqrtQuantizedMultiplierExp`` with kReverseShift.

    1/sqrt(value >= 0) as (multiplier, left shift).
    """
    if value <= 1:
        return INT32_MAX, 0
    shift = 11
    while value >= 1 << 29:
        value //= 4
        shift += 1
    leading_zeros = 32 - value.bit_length()
    pairs = (leading_zeros - 1) // 2 - 1
    shift -= pairs
    value <<= 2 * pairs
    multiplier = high_mul(_newton_inverse_sqrt(value >> 1), 1518500250)  # sqrt(2) / 2
    if shift < 0:
        multiplier, shift = multiplier << -shift, 0
    return multiplier, -shift


def _newton_inverse_sqrt(value: int) -> int:
    """1 / sqrt(value), both FixedPoint<int32, 3>, by five Newton steps from 1."""
    half, three_halves = rounding_divide_by_pot(value, 1), (1 << 28) + (1 << 27)
    x = 1 << 28
    for _ in range(5):
        cube = multiply_by_pot(high_mul(high_mul(x, x), x), 6)
        x = multiply_by_pot(high_mul(three_halves, x) - high_mul(half, cube), 3)
    return x
