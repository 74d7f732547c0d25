/* 1 / sqrt of an int32 in fixed point. Equals kernels/internal/quantization_util.h. */
#ifndef TKD_INVERSE_SQRT_H
#define TKD_INVERSE_SQRT_H

#include "tkd_math.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 1 / sqrt(value), both with three integer bits: five Newton steps from 1. */
static inline int32_t tkd_newton_inverse_sqrt(int32_t value) {
    const int32_t half = tkd_rounding_divide_by_pot(value, 1);
    const int32_t three_halves = (int32_t)3 << 27;
    int32_t x = (int32_t)1 << 28;
    for (int i = 0; i < 5; i++) {
        const int32_t cube = tkd_multiply_by_pot(tkd_high_mul(tkd_high_mul(x, x), x), 6);
        x = tkd_multiply_by_pot(tkd_high_mul(three_halves, x) - tkd_high_mul(half, cube), 3);
    }
    return x;
}

/* GetInvSqrtQuantizedMultiplierExp: 1 / sqrt(value) as a Q0.31 multiplier and a left shift. */
static inline int32_t tkd_inverse_sqrt(int32_t value, int32_t *left_shift) {
    int32_t right_shift = 11;
    *left_shift = 0;
    if (value <= 1) {
        return INT32_MAX;
    }
    while (value >= (int32_t)1 << 29) {
        value /= 4;
        right_shift++;
    }
    while (value < (int32_t)1 << 27) {
        value *= 4;
        right_shift--;
    }
    const int32_t half_sqrt_2 = 1518500250;
    const int32_t multiplier = tkd_high_mul(tkd_newton_inverse_sqrt(value >> 1), half_sqrt_2);
    if (right_shift < 0) {
        return multiplier * ((int32_t)1 << -right_shift);
    }
    *left_shift = -right_shift;
    return multiplier;
}

#ifdef __cplusplus
}
#endif
#endif
