/*
 * ADD_N and CUMSUM, int8: sums of values that are scaled once for all, with 20 bits of headroom.
 *
 * A sum that leaves int32 (of 16 values and more) wraps around, as TFLM's compilers make it.
 */
#ifndef TKD_SUMS_S8_H
#define TKD_SUMS_S8_H

#include <stdint.h>

#include "tkd_math.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_sums_scale {
    int32_t x_zero, x_multiplier, x_shift; /* of every value */
    int32_t y_zero, y_multiplier, y_shift; /* shifts <= 0 */
} tkd_sums_scale;

static inline int32_t tkd_sums_term(int32_t x, const tkd_sums_scale *s) {
    return tkd_requantize((x - s->x_zero) * ((int32_t)1 << 20), s->x_multiplier, s->x_shift);
}

static inline int32_t tkd_sums_add(int32_t sum, int32_t term) { return (int32_t)((uint32_t)sum + (uint32_t)term); }

static inline int8_t tkd_sums_output(int32_t sum, const tkd_sums_scale *s) {
    return (int8_t)tkd_clamp(tkd_requantize(sum, s->y_multiplier, s->y_shift) + s->y_zero, INT8_MIN, INT8_MAX);
}

typedef struct tkd_add_n_params {
    tkd_sums_scale scale;
    int32_t count; /* elements of each input */
} tkd_add_n_params;

/*
 * [in]  inputs  [n] pointers to [p->count], Range: [-128, 127]
 * [in]  n       how many there are, at least 1
 * [out] y       [p->count], Range: [-128, 127]; may be an input
 * [in]  p       constants
 */
void tkd_add_n_s8(const int8_t *const *inputs, int32_t n, int8_t *y, const tkd_add_n_params *p);

typedef struct tkd_cumsum_params {
    tkd_sums_scale scale;
    int32_t outer, depth, inner; /* sums run along depth */
    uint8_t exclusive;           /* a sum leaves out its own element */
    uint8_t reverse;             /* from the end */
} tkd_cumsum_params;

/*
 * [in]  x  [outer][depth][inner], Range: [-128, 127]
 * [out] y  [outer][depth][inner], Range: [-128, 127]; may be x
 * [in]  p  constants
 */
void tkd_cumsum_s8(const int8_t *x, int8_t *y, const tkd_cumsum_params *p);

#ifdef __cplusplus
}
#endif
#endif
