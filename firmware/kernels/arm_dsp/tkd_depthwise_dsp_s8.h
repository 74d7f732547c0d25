/*
 * DEPTHWISE_CONV_2D, int8, multiplier 1, any window, stride, dilation and padding, for Arm DSP cores. Equals
 * tkd_depthwise_conv_2d_s8 in every byte.
 *
 * For each output pixel the addresses of its taps are found once; then four channels at a time, two taps at a time:
 * SXTB16 and PKH make pairs of the same channel, SMLAD multiplies them. Padding reads a row of the zero point in
 * scratch. Per 8 MACs: 4 LDR of values and weights, 2 of addresses, 8 SXTB16, 4 PKH, 4 SMLAD.
 *
 * Constants, a stream of int32 words: for every four channels, for every two taps t and u the words with the bytes
 * (w0t, w1t, w0u, w1u) and (w2t, w3t, w2u, w3u), then four times (bias - in_zero * sum w) << 8 | e and the multiplier,
 * as in tkd_dsp_gemm.h. Taps are filled up to an even number, channels to a multiple of four, with zeros.
 */
#ifndef TKD_DEPTHWISE_DSP_S8_H
#define TKD_DEPTHWISE_DSP_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_depthwise_dsp_params {
    const int32_t *stream;
    tkd_window window;
    uint16_t channels;
    int16_t round; /* 2 * output zero point + 1 */
    int8_t input_zero_point;
    int8_t min, max;
} tkd_depthwise_dsp_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_depthwise_dsp_s8_scratch(const tkd_depthwise_dsp_params *p) {
    const uint32_t taps = (uint32_t)p->window.kernel_h * p->window.kernel_w;
    return 8u * (taps + taps % 2u) + p->channels;
}

/*
 * [in]  input    [N][in_h][in_w][channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_depthwise_dsp_s8_scratch(p) bytes: a pointer for each of an even number of taps, then a byte per
 *                channel; aligned to 8
 */
void tkd_depthwise_dsp_s8(const int8_t *input, int8_t *output, const tkd_depthwise_dsp_params *p, void *scratch);

#ifdef __cplusplus
}
#endif
#endif
