/* What SOFTMAX of int8 computes of a row, whatever its output is. Equals kernels/internal/reference/softmax.h. */
#ifndef TKD_SOFTMAX_BODY_H
#define TKD_SOFTMAX_BODY_H

#include "tkd_flash.h"
#include "tkd_math.h"
#include "tkd_softmax_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 1 / (1 + x) as Q0.31, x in [0, 1) as Q0.31: three Newton steps, as gemmlowp's one_over_one_plus_x_for_x_in_0_1. */
static inline int32_t tkd_softmax_reciprocal_of_one_plus(int32_t x) {
    const int32_t half = (int32_t)(((int64_t)x + INT32_MAX + 1) >> 1); /* (1 + x) / 2, rounded */
    int32_t guess = 1515870810 + tkd_high_mul(half, -1010580540);      /* 48/17 - 32/17 * half, Q2.29 */
    for (int i = 0; i < 3; i++) {
        const int32_t error = ((int32_t)1 << 29) - tkd_high_mul(half, guess);
        guess += tkd_multiply_by_pot(tkd_high_mul(guess, error), 2);
    }
    return tkd_multiply_by_pot(guess, 1);
}

static inline int32_t tkd_softmax_leading_zeros(uint32_t x) {
    int32_t n = 0;
    for (; (x & 0x80000000u) == 0; x <<= 1) {
        n++;
    }
    return n;
}

static inline int32_t tkd_softmax_largest_of(const int8_t *row, uint32_t depth) {
    int32_t largest = INT8_MIN;
    for (uint32_t i = 0; i < depth; i++) {
        largest = row[i] > largest ? row[i] : largest;
    }
    return largest;
}

static inline int32_t tkd_softmax_exponential(int32_t distance, const tkd_softmax_params *p) {
    return distance < p->count ? TKD_LOAD_S32(p->exponentials + distance) : 0;
}

/* What every exponential of a row is multiplied by, and then shifted to the right for an output of bits. */
typedef struct tkd_softmax_scale {
    int32_t multiplier, shift, largest;
} tkd_softmax_scale;

static inline tkd_softmax_scale tkd_softmax_scale_of(const int8_t *in, const tkd_softmax_params *p, int32_t bits) {
    const int32_t largest = tkd_softmax_largest_of(in, p->depth);
    int32_t sum = 0; /* Q12.19 */
    for (uint32_t i = 0; i < p->depth; i++) {
        sum += tkd_rounding_divide_by_pot(tkd_softmax_exponential(largest - in[i], p), 12);
    }
    const int32_t zeros = tkd_softmax_leading_zeros((uint32_t)sum);
    const int32_t multiplier = tkd_softmax_reciprocal_of_one_plus((int32_t)(((uint32_t)sum << zeros) & 0x7FFFFFFFu));
    const tkd_softmax_scale scale = {multiplier, 12 - zeros + 31 - bits, largest};
    return scale;
}

/* One output above its least value; a shift above 31 rounds everything to 0. */
static inline int32_t tkd_softmax_value(int8_t in, const tkd_softmax_scale *s, const tkd_softmax_params *p) {
    const int32_t product = tkd_high_mul(s->multiplier, tkd_softmax_exponential(s->largest - in, p));
    return s->shift > 31 ? 0 : tkd_rounding_divide_by_pot(product, s->shift);
}

#ifdef __cplusplus
}
#endif
#endif
