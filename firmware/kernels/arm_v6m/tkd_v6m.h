/* Requantisation and ADD without a long multiply: four 16-bit products in place of a library call. */
#ifndef TKD_V6M_H
#define TKD_V6M_H

#include <stdint.h>

#include "tkd_integers.h"
#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * (a * m + 2^30) >> 31 for a in [-2^28, 2^28 - 2^20] and m in [0, 2^31).
 *
 * With a = ah * 2^13 + al and m = mh * 2^16 + ml, a * m = T * 2^29 + V * 2^16 + U * 2^13 + W, where T = ah * mh, U = ah
 * * ml, V = al * mh, W = al * ml; all four, and U + (W >> 13), fit in int32. Dropping bits that only whole numbers are
 * added to afterwards does not change the floor.
 */
static inline int32_t tkd_v6m_high_mul(int32_t a, int32_t m) {
    const int32_t ah = a >> 13, al = a & 0x1fff, mh = m >> 16, ml = m & 0xffff;
    int32_t low = (ah * ml + ((al * ml) >> 13)) >> 3;
    low = (al * mh + low) >> 13;
    return (ah * mh + low + 2) >> 2;
}

/*
 * gemmlowp's double rounding by a shift of e + 1 >= 1, plus the zero point: round = 2 * zero point + 1. Not clamped.
 * |acc| < 2^23, e in [0, 22], so that round << e and the sum fit in int32.
 */
static inline int32_t tkd_v6m_requantize(int32_t acc, int32_t multiplier, int32_t round, uint32_t e) {
    const int32_t x = tkd_v6m_high_mul(acc, multiplier);
    return (x + (x >> 31) + (int32_t)((uint32_t)round << e)) >> (e + 1u);
}

/*
 * ((value << 20) * multiplier + 2^30) >> 31, then / 2^-shift as TFLM's ADD scales an operand: |value| <= 255, so that
 * two products and no long one will do. Factors are at most 1/2: the result is within 255 * 2^19.
 */
static inline int32_t tkd_v6m_operand(int32_t value, int32_t multiplier, int32_t shift) {
    const int32_t high = value * (multiplier >> 16), low = value * (multiplier & 0xffff);
    return tkd_rounding_divide_by_pot(high * 32 + ((low + 1024) >> 11), -shift);
}

/* tkd_add without a long multiply. */
static inline int8_t tkd_v6m_add(int8_t a, int8_t b, const tkd_add_scale *p) {
    const int32_t sum = tkd_v6m_operand(a - p->a_zero_point, p->a_multiplier, p->a_shift) +
                        tkd_v6m_operand(b - p->b_zero_point, p->b_multiplier, p->b_shift);
    const int32_t scaled = tkd_rounding_divide_by_pot(tkd_v6m_high_mul(sum, p->out_multiplier), -p->out_shift);
    return (int8_t)tkd_clamp(scaled + p->out_zero_point, p->min, p->max);
}

#ifdef __cplusplus
}
#endif
#endif
