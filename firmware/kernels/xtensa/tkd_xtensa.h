/*
 * Requantisation on Xtensa LX, of which the smallest have no high word of a product.
 *
 * As in tkd_rv32.h: x = (acc * m + 2^30) >> 31 = (floor(4 * acc * m / 2^32) + 1) >> 1, gemmlowp's second rounding by
 * the sign of acc, the output's zero point before the shift.
 *
 * Per channel a code: as in tkd_rv32.h; from TKD_XTENSA_SMALL on 32 + e, where no sum reaches 2^19; from TKD_XTENSA_LOW
 * on 128 + e for tkd_xtensa_low.h.
 */
#ifndef TKD_XTENSA_H
#define TKD_XTENSA_H

#include <stdint.h>

#include "tkd_integers.h"
#include "tkd_params.h"

#define TKD_XTENSA_SMALL 32u
#define TKD_XTENSA_SLOW 64u
#define TKD_XTENSA_LOW 128u

#ifdef __cplusplus
extern "C" {
#endif

/* What sums of one channel become outputs with. */
typedef struct tkd_xtensa_scale {
    int32_t multiplier, round, low, high;
    uint32_t code;
} tkd_xtensa_scale;

/* Where the sums of one channel lie, and where its outputs go: elements from one to the next. */
typedef struct tkd_xtensa_places {
    uint32_t count, sums_step, output_step;
} tkd_xtensa_places;

static inline int8_t tkd_xtensa_limited(int32_t v, int32_t low, int32_t high) {
    if (v < low) {
        v = low;
    }
    if (v > high) {
        v = high;
    }
    return (int8_t)v;
}

/*
 * Sums below 2^19: with the multiplier in parts of 11, 11 and 9 bits no product leaves 32 bits, and
 *   (floor(4 * acc * m / 2^32) + 1) >> 1 = (floor(acc * m / 2^22) + 2^8) >> 9.
 */
static inline void tkd_xtensa_store_small(const int32_t *sums, int8_t *output, tkd_xtensa_places at,
                                          const tkd_xtensa_scale *s) {
    const int32_t m0 = s->multiplier & 0x7FF, m1 = (s->multiplier >> 11) & 0x7FF, m2 = s->multiplier >> 22;
    const uint32_t e = s->code - TKD_XTENSA_SMALL;
    const int32_t round = (int32_t)((uint32_t)s->round << e), low = s->low, high = s->high;
    uint32_t from = 0, to = 0;
    for (const uint32_t end = at.count * at.sums_step; from != end; from += at.sums_step, to += at.output_step) {
        const int32_t acc = sums[from], x = acc * m2 + ((acc * m1 + ((acc * m0) >> 11)) >> 11);
        output[to] = tkd_xtensa_limited((((x + 0x100) >> 9) + (acc >> 31) + round) >> (e + 1u), low, high);
    }
}

/* For any accumulator and scale. */
void tkd_xtensa_store_any(const int32_t *sums, int8_t *output, tkd_xtensa_places at, const tkd_xtensa_scale *s);

/* Sums of one channel to outputs. */
static inline void tkd_xtensa_store(const int32_t *sums, int8_t *output, tkd_xtensa_places at,
                                    const tkd_xtensa_scale *s) {
    if (s->code - TKD_XTENSA_SMALL < TKD_XTENSA_SMALL) {
        tkd_xtensa_store_small(sums, output, at, s);
    } else {
        tkd_xtensa_store_any(sums, output, at, s);
    }
}

#ifdef __cplusplus
}
#endif
#endif
