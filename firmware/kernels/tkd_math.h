/*
 * Fixed-point arithmetic that equals TensorFlow Lite Micro's, bit for bit.
 *
 * A real factor is multiplier * 2^(shift - 31), multiplier in [2^30, 2^31) or 0, shift in [-31, 30].
 * TFLM rounds twice: SaturatingRoundingDoublingHighMul, then RoundingDivideByPOT (gemmlowp, fixedpoint.h).
 */
#ifndef TKD_MATH_H
#define TKD_MATH_H

#include <stdint.h>

#include "tkd_integers.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline int32_t tkd_clamp(int32_t x, int32_t low, int32_t high) { return x < low ? low : (x > high ? high : x); }

/* The high word of 2 * a * b, to nearest; a and b are not both INT32_MIN. */
static inline int32_t tkd_high_mul(int32_t a, int32_t b) { return (int32_t)(((int64_t)a * b + (1LL << 30)) >> 31); }

/* x / 2^exponent to nearest, ties away from zero; exponent in [0, 31]. */
static inline int32_t tkd_rounding_divide_by_pot(int32_t x, int32_t exponent) {
    const int32_t mask = (int32_t)(((uint32_t)1 << exponent) - 1u);
    const int32_t threshold = (mask >> 1) + (x < 0);
    return (x >> exponent) + ((x & mask) > threshold);
}

/* x * 2^exponent for either sign of the exponent: saturated to the left, rounded to the right. */
static inline int32_t tkd_multiply_by_pot(int32_t x, int32_t exponent) {
    if (exponent <= 0) {
        return tkd_rounding_divide_by_pot(x, -exponent);
    }
    const int32_t limit = INT32_MAX >> exponent;
    return x > limit ? INT32_MAX : (x < -limit - 1 ? INT32_MIN : (int32_t)((uint32_t)x << exponent));
}

/*
 * x * multiplier * 2^(shift - 31): TFLM's MultiplyByQuantizedMultiplier.
 *
 * The second rounding is tkd_rounding_divide_by_pot in fewer steps: to nearest, after a negative value has become the
 * next lower one, so that ties go away from zero. |value| < 2^31 - 1, so that neither step overflows.
 */
static inline int32_t tkd_requantize(int32_t x, int32_t multiplier, int32_t shift) {
    if (shift >= 0) {
        return tkd_high_mul((int32_t)((uint32_t)x << shift), multiplier);
    }
    const int32_t value = tkd_high_mul(x, multiplier);
    return (((value - (value < 0)) >> (-shift - 1)) + 1) >> 1;
}

#ifdef __cplusplus
}
#endif
#endif
