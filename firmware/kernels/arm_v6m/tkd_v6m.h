/* Requantisation without a long multiply: four 16-bit products in place of a library call. */
#ifndef TKD_V6M_H
#define TKD_V6M_H

#include <stdint.h>

#include "tkd_integers.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * (a * m + 2^30) >> 31 for |a| < 2^27 and m in [0, 2^31).
 *
 * With a = ah * 2^12 + al and m = mh * 2^16 + ml, a * m = T * 2^28 + V * 2^16 + U * 2^12 + W, where T = ah * mh, U = ah
 * * ml, V = al * mh, W = al * ml; all four, and U + (W >> 12), fit in int32. Dropping bits that only whole numbers are
 * added to afterwards does not change the floor.
 */
static inline int32_t tkd_v6m_high_mul(int32_t a, int32_t m) {
    const int32_t ah = a >> 12, al = a & 0xfff, mh = m >> 16, ml = m & 0xffff;
    int32_t low = (ah * ml + ((al * ml) >> 12)) >> 4;
    low = (al * mh + low) >> 12;
    return (ah * mh + low + 4) >> 3;
}

/*
 * gemmlowp's double rounding by a shift of e + 1 >= 1, plus the zero point: round = 2 * zero point + 1. Not clamped.
 * |acc| < 2^23, e in [0, 22], so that round << e and the sum fit in int32.
 */
static inline int32_t tkd_v6m_requantize(int32_t acc, int32_t multiplier, int32_t round, uint32_t e) {
    const int32_t x = tkd_v6m_high_mul(acc, multiplier);
    return (x + (x >> 31) + (int32_t)((uint32_t)round << e)) >> (e + 1u);
}

#ifdef __cplusplus
}
#endif
#endif
