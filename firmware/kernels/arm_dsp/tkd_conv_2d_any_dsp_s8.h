/*
 * CONV_2D, int8, of any dilation and number of groups, for Arm DSP cores. Equals tkd_conv_2d_s8, its portable twin, in
 * every byte.
 *
 * Three output pixels at a time; of each group, their taps are copied one by one, widened into scratch and multiplied
 * with the group's channels: tkd_dsp_gemm.h has the layout of the weights and the counts. Padding reads as the input's
 * zero point, which the packed biases take back. Copying and widening costs 3 instructions per value.
 */
#ifndef TKD_CONV_2D_ANY_DSP_S8_H
#define TKD_CONV_2D_ANY_DSP_S8_H

#include "tkd_dsp_pixels.h"
#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_conv_2d_any_dsp_params {
    tkd_dsp_filters filters; /* of the first group */
    uint32_t stream;         /* words from a group's weights to the next one's */
    tkd_window window;
    uint16_t depth, groups; /* input channels of a group */
    int8_t input_zero_point;
    const tkd_dsp_add_scale *add; /* NULL but for tkd_conv_2d_any_add_dsp_s8 */
} tkd_conv_2d_any_dsp_params;

/* Bytes of scratch: pixels, one of them as bytes, and results. [in] p: constants. */
static inline uint32_t tkd_conv_2d_any_dsp_s8_scratch(const tkd_conv_2d_any_dsp_params *p) {
    return 14u * p->filters.words + p->filters.channels * 3u;
}

/*
 * [in]  input    [N][in_h][in_w][groups * depth], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][groups * channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_any_dsp_s8_scratch(p) bytes, aligned to 4
 */
void tkd_conv_2d_any_dsp_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_any_dsp_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_any_add_dsp_s8_scratch(const tkd_conv_2d_any_dsp_params *p) {
    return tkd_conv_2d_any_dsp_s8_scratch(p);
}

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input    [N][in_h][in_w][groups * depth], Range: [-128, 127]
 * [in]  addend   of the output's shape, Range: [-128, 127]; may be the output itself
 * [out] output   [N][out_h][out_w][groups * channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_any_add_dsp_s8_scratch(p) bytes, aligned to 4
 */
void tkd_conv_2d_any_add_dsp_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                                const tkd_conv_2d_any_dsp_params *p, void *scratch);

#ifdef __cplusplus
}
#endif
#endif
