/*
 * DEPTHWISE_CONV_2D, int8, 3x3, multiplier 1, dilation 1, for Arm DSP cores. Equals tkd_depthwise_conv_2d_s8 in every
 * byte.
 *
 * input [N, H, W, C], output [N, out_h, out_w, C], int8, dense. Four channels at a time go through the whole image. Two
 * input rows are widened into one row of words, lane 0 from the upper, lane 1 from the lower, so that SMLAD multiplies
 * two taps of a column. At stride 1 two such rows, (r0, r1) and (r2, r3), give two output rows: with the weights of a
 * column as (w0, w1) and (w1, w2), upper += (r0, r1) . (w0, w1) + r2 * w2       lower += (r2, r3) . (w1, w2) + r1 * w0
 * is 12 multiplies for 18 MACs. Only what was widened is read again, so the output may be the input's own memory.
 *
 * Constants per channel, 5 words: for each column the bytes w0, w1, w1, w2 (SXTB16 unpacks both pairs), then
 * (bias - in_zero * sum w) << 8 | e and the multiplier, as in tkd_dsp_gemm.h.
 * Per four outputs at stride 1, two of each row: 4 LDRD, 24 multiplies, 16 requantisation (4 more for signs where the
 * output's zero point is not -128), 4 STRB, 1 branch; widening: 2 LDR, 4 SXTB16, 4 PKH, 4 STR per 8 input elements.
 */
#ifndef TKD_DEPTHWISE_3X3_DSP_S8_H
#define TKD_DEPTHWISE_3X3_DSP_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_depthwise_3x3_dsp_params {
    const int32_t *channel; /* 5 words each */
    int32_t batches, in_h, in_w, channels;
    int32_t out_h, out_w;
    int32_t stride;            /* 1 or 2, both ways */
    int32_t pad_top, pad_left; /* 0..2 */
    int32_t columns;           /* (out_w - 1) * stride + 3 */
    int32_t in_zero;           /* [-128, 127] */
    int32_t round;             /* 2 * output zero point + 1 */
    int32_t act_min, act_max;  /* [-128, 127] */
} tkd_depthwise_3x3_dsp_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_depthwise_3x3_dsp_s8_scratch(const tkd_depthwise_3x3_dsp_params *p) {
    return 32u * (uint32_t)p->columns;
}

/*
 * [in]  input    [N][H][W][C], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][C], Range: [-128, 127]; may be the input's own memory
 * [in]  p        constants
 * [out] scratch  tkd_depthwise_3x3_dsp_s8_scratch(p) bytes, aligned to 4
 */
void tkd_depthwise_3x3_dsp_s8(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_dsp_params *p,
                              void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_depthwise_3x3_low_dsp_s8_scratch(const tkd_depthwise_3x3_dsp_params *p) {
    return tkd_depthwise_3x3_dsp_s8_scratch(p);
}

/* The same where the output's zero point is -128. */
void tkd_depthwise_3x3_low_dsp_s8(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_dsp_params *p,
                                  void *scratch);

#ifdef __cplusplus
}
#endif
#endif
