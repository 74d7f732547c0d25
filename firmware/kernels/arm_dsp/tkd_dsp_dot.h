/* Four outputs of FULLY_CONNECTED at a time; tkd_fully_connected_dsp_s8.h has the layout and the counts. */
#ifndef TKD_DSP_DOT_H
#define TKD_DSP_DOT_H

#include <stdint.h>

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

/* The first `count` of outputs 2n, 2n + 1; bias: those of 2n + 1, 2n. */
void tkd_dsp_finish(int32_t raw, int32_t even, const int32_t *bias, int32_t at, int32_t count, int8_t *output,
                    const tkd_fully_connected_dsp_params *p);

#ifdef __cplusplus
}
#endif
#endif
