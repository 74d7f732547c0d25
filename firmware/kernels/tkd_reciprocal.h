/* 1 / x of a positive int32 in fixed point. Equals GetReciprocal in kernels/internal/common.h. */
#ifndef TKD_RECIPROCAL_H
#define TKD_RECIPROCAL_H

#include "tkd_math.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 1 / (1 + x) as Q0.31, x in [0, 1) as Q0.31: three Newton steps, as gemmlowp's one_over_one_plus_x_for_x_in_0_1. */
static inline int32_t tkd_reciprocal_of_one_plus(int32_t x) {
    const int32_t half = (int32_t)(((int64_t)x + INT32_MAX + 1) >> 1); /* (1 + x) / 2, rounded */
    int32_t guess = 1515870810 + tkd_high_mul(half, -1010580540);      /* 48/17 - 32/17 * half, Q2.29 */
    for (int i = 0; i < 3; i++) {
        const int32_t error = ((int32_t)1 << 29) - tkd_high_mul(half, guess);
        guess += tkd_multiply_by_pot(tkd_high_mul(guess, error), 2);
    }
    return tkd_multiply_by_pot(guess, 1);
}

/* Of x > 0. */
static inline int32_t tkd_leading_zeros(uint32_t x) {
    int32_t n = 0;
    for (; (x & 0x80000000u) == 0; x <<= 1) {
        n++;
    }
    return n;
}

/* Q0.31 of 1 / (x * 2^zeros) on [1/2, 1], zeros being the leading ones of x > 0. */
static inline int32_t tkd_reciprocal(int32_t x, int32_t zeros) {
    return tkd_reciprocal_of_one_plus((int32_t)(((uint32_t)x << zeros) & 0x7FFFFFFFu));
}

#ifdef __cplusplus
}
#endif
#endif
