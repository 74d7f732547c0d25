/* Four outputs of FULLY_CONNECTED at a time; tkd_fully_connected_dsp_s8.h has the layout and the counts. */
#ifndef TKD_DSP_DOT_H
#define TKD_DSP_DOT_H

#include <stdint.h>

#include "tkd_dsp.h"
#include "tkd_fully_connected_dsp_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Dot products of four outputs. */
typedef struct tkd_dsp_sums {
    int32_t odd0, even0, odd1, even1; /* outputs 1, 0, 3, 2 */
} tkd_dsp_sums;

/* x: words of two int16 in the order of SXTB16, up to end; at least two, an even number. */
void tkd_dsp_dot(const uint32_t *x, const int32_t *weights, const uint32_t *end, tkd_dsp_sums *sums);

/* x: int8 up to end, a multiple of four of them. */
void tkd_dsp_dot_raw(const int8_t *x, const int32_t *weights, const int8_t *end, tkd_dsp_sums *sums);

/* The same for outputs 0 and 1 only. */
void tkd_dsp_dot_pair(const uint32_t *x, const int32_t *weights, const uint32_t *end, tkd_dsp_sums *sums);
void tkd_dsp_dot_pair_raw(const int8_t *x, const int32_t *weights, const int8_t *end, tkd_dsp_sums *sums);

TKD_DSP_INLINE void tkd_dsp_sums_add(tkd_dsp_sums *to, const tkd_dsp_sums *more) {
    to->odd0 += more->odd0;
    to->even0 += more->even0;
    to->odd1 += more->odd1;
    to->even1 += more->even1;
}

/* Where requantisation stands: the multiplier of the next output. */
typedef struct tkd_dsp_scaling {
    const int32_t *multiplier;
    int32_t step; /* 0: one for all */
    int32_t round;
} tkd_dsp_scaling;

/* Two outputs from their sums; bias: those of the odd and of the even output. */
TKD_DSP_INLINE void tkd_dsp_two(int32_t odd, int32_t even, const int32_t *bias, tkd_dsp_scaling *s, int8_t *output) {
    const uint32_t e0 = (uint32_t)bias[1] & 0xffu, e1 = (uint32_t)bias[0] & 0xffu;
    const int32_t round0 = (int32_t)((uint32_t)s->round << e0), round1 = (int32_t)((uint32_t)s->round << e1);
    output[0] = (int8_t)tkd_dsp_requantize(2 * even + (bias[1] >> 7), s->multiplier[0], round0, e0);
    output[1] = (int8_t)tkd_dsp_requantize(2 * odd + (bias[0] >> 7), s->multiplier[s->step], round1, e1);
    s->multiplier += 2 * s->step;
}

/* The last one to three outputs. */
void tkd_dsp_last(const tkd_dsp_sums *sums, const int32_t *bias, tkd_dsp_scaling scaling, int32_t count,
                  int8_t *output);

#ifdef __cplusplus
}
#endif
#endif
