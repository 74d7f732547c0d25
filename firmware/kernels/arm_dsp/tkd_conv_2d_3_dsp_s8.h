/*
 * CONV_2D, int8, with a kernel of three columns, stride 1 along the row, for Arm DSP cores. Equals tkd_conv_2d_s8, its
 * portable twin, in every byte.
 *
 * Any number of kernel rows and any stride from row to row; dilation 1, one group, in_channels a multiple of 4, out_w
 * >= 3. Of each output row, three pixels at a time share five columns of the input (tkd_dsp_gemm_3.h), of which each is
 * widened once. What is left of rows whose width is no multiple of three is gathered pixel by pixel, in the same order
 * of weights, until there are three of them (tkd_dsp_gemm.h). Padding reads as the input's zero point.
 */
#ifndef TKD_CONV_2D_3_DSP_S8_H
#define TKD_CONV_2D_3_DSP_S8_H

#include "tkd_conv_2d_dsp_s8.h"
#include "tkd_dsp_three.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of the columns of three pixels. [in] p: constants. */
static inline uint32_t tkd_conv_2d_3_dsp_columns(const tkd_conv_2d_dsp_params *p) {
    return p->filters.words / 3u * 20u;
}

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_3_dsp_s8_scratch(const tkd_conv_2d_dsp_params *p) {
    const uint32_t left = p->window.out_w % 3u == 0u ? 0u : p->filters.words * 12u + p->filters.channels * 3u;
    return tkd_conv_2d_3_dsp_columns(p) + left;
}

/*
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_3_dsp_s8_scratch(p) bytes, aligned to 4
 */
void tkd_conv_2d_3_dsp_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_dsp_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_3_add_dsp_s8_scratch(const tkd_conv_2d_dsp_params *p) {
    return tkd_conv_2d_3_dsp_columns(p) + p->filters.channels * 3u +
           (p->window.out_w % 3u == 0u ? 0u : p->filters.words * 12u);
}

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [in]  addend   of the output's shape, Range: [-128, 127]; may be the output itself
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_3_add_dsp_s8_scratch(p) bytes, aligned to 4
 */
void tkd_conv_2d_3_add_dsp_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                              const tkd_conv_2d_dsp_params *p, void *scratch);

#ifdef __cplusplus
}
#endif
#endif
