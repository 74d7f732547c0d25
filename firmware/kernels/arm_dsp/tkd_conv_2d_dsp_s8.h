/*
 * CONV_2D, int8, for Arm DSP cores. Equals tkd_conv_2d_s8, its portable twin, in every byte.
 *
 * Dilation 1, one group. Three output pixels at a time are widened into scratch (im2col), then multiplied with all
 * channels: tkd_dsp_gemm.h has the layout of the weights and the counts. Padding reads as the input's zero point, which
 * the packed biases take back. Widening costs 1.5 instructions per value (1 LDR, 2 SXTB16, 2 STR per 4).
 */
#ifndef TKD_CONV_2D_DSP_S8_H
#define TKD_CONV_2D_DSP_S8_H

#include "tkd_dsp_pixels.h"
#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_conv_2d_dsp_params {
    tkd_dsp_filters filters;
    tkd_window window;
    uint16_t in_channels;
    int8_t input_zero_point;
    const tkd_dsp_add_scale *add; /* NULL but for tkd_conv_2d_add_dsp_s8 */
} tkd_conv_2d_dsp_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_dsp_s8_scratch(const tkd_conv_2d_dsp_params *p) {
    const uint32_t words = p->filters.words;
    return 12u * words + (p->in_channels % 4u == 0u ? 0u : 2u * words + 4u);
}

/*
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_dsp_s8_scratch(p) bytes, aligned to 4
 */
void tkd_conv_2d_dsp_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_dsp_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_add_dsp_s8_scratch(const tkd_conv_2d_dsp_params *p) {
    return tkd_conv_2d_dsp_s8_scratch(p) + (uint32_t)p->filters.channels * 3u;
}

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [in]  addend   of the output's shape, Range: [-128, 127]; may be the output itself
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_add_dsp_s8_scratch(p) bytes, aligned to 4
 */
void tkd_conv_2d_add_dsp_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_dsp_params *p,
                            void *scratch);

#ifdef __cplusplus
}
#endif
#endif
