/* Four outputs of FULLY_CONNECTED at a time; tkd_fully_connected_dsp_s8.h has the layout and the counts. */
#ifndef TKD_DSP_DOT_H
#define TKD_DSP_DOT_H

#include <stdint.h>

#include "tkd_dsp.h"
#include "tkd_fully_connected_dsp_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What four dot products leave behind: of outputs (0, 1) and (2, 3) the sum of raw words and that of the even output.
 */
typedef struct tkd_dsp_sums {
    int32_t raw0, even0, raw1, even1;
} tkd_dsp_sums;

/* x: words of two int16 in the order of SXTB16, up to end; at least two. */
void tkd_dsp_dot(const uint32_t *x, const int32_t *weights, const uint32_t *end, tkd_dsp_sums *sums);

/* x: int8 up to end, a multiple of four of them. */
void tkd_dsp_dot_raw(const int8_t *x, const int32_t *weights, const int8_t *end, tkd_dsp_sums *sums);

/* Two outputs, of words of two int16: raw0 and even0. */
void tkd_dsp_dot_pair(const uint32_t *x, const int32_t *weights, const uint32_t *end, tkd_dsp_sums *sums);
void tkd_dsp_dot_pair_raw(const int8_t *x, const int32_t *weights, const int8_t *end, tkd_dsp_sums *sums);

/* Where requantisation stands: the multiplier of the next output. */
typedef struct tkd_dsp_scaling {
    const int32_t *multiplier;
    int32_t step; /* 0: one for all */
    int32_t round;
} tkd_dsp_scaling;

/* Two outputs from their sums; bias: those of the odd and of the even output. */
TKD_DSP_INLINE void tkd_dsp_two(int32_t raw, int32_t even, const int32_t *bias, tkd_dsp_scaling *s, int8_t *output) {
    const uint32_t e0 = (uint32_t)bias[1] & 0xffu, e1 = (uint32_t)bias[0] & 0xffu;
    const int32_t odd = (int32_t)((uint32_t)raw - (uint32_t)even + (uint32_t)bias[0]) >> 7;
    const int32_t round0 = (int32_t)((uint32_t)s->round << e0), round1 = (int32_t)((uint32_t)s->round << e1);
    output[0] = (int8_t)tkd_dsp_requantize(2 * even + (bias[1] >> 7), s->multiplier[0], round0, e0);
    output[1] = (int8_t)tkd_dsp_requantize(odd, s->multiplier[s->step], round1, e1);
    s->multiplier += 2 * s->step;
}

/* The last one to three outputs. */
void tkd_dsp_last(const tkd_dsp_sums *sums, const int32_t *bias, tkd_dsp_scaling scaling, int32_t count,
                  int8_t *output);

#ifdef __cplusplus
}
#endif
#endif
