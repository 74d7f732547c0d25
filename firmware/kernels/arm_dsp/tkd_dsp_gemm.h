/*
 * The inner loop of convolutions on Arm DSP cores: 3 pixels times 2 output channels at a time.
 *
 * Weights. A stream of int32 words, for each pair of output channels (2n, 2n + 1):
 *   bias1, words weight words (one per two values of k), then bias0, multiplier1, multiplier0.
 * Lane i of a weight word is w0[k_i] + 256 * w1[k_i], where w0 belongs to the even channel and w1 to the odd one. One
 * SMLAD with the raw word therefore sums x * w0 + 256 * x * w1, and one with SXTB16 of it sums x * w0 alone: the
 * difference is the odd channel, times 256. So one load and one SXTB16 feed four multiplies for each pixel. The sum of
 * raw words begins with bias1, so that its difference ends with the odd channel's e.
 * Both sums wrap modulo 2^32; they are exact as long as |sum x * w1 + bias| < 2^23, which the packer proves from the
 * weights. bias word = (bias - zero_point_in * sum w) << 8 | e, with e = right shift of the channel - 1. A layer with
 * an odd number of channels has a last odd channel of zeros.
 *
 * Pixels. words * 3 words: word j of pixels 0, 1 and 2, then word j + 1 of each, and so on. Every four values of k are
 * in the order that SXTB16 gives them, words (k0, k2) and (k1, k3); k is a multiple of four, filled up with weights of
 * 0.
 *
 * Per 24 MACs: 12 SMLAD, 2 SXTB16, 1 LDRD (weights), 2 LDM of 3 (pixels) = 17 instructions, 0.71 per MAC; 2 more
 * (CMP, BNE) per 192 MACs. Per 6 outputs 49 more (52 where the output's zero point is not -128, and 7 for signs):
 * sums, requantisation (tkd_dsp.h), stores, pointers.
 * Cortex-M4 cycles by Arm's published timings: 25 per 24 MACs (LDRD 3, LDM 4) and 4 per 192.
 */
#ifndef TKD_DSP_GEMM_H
#define TKD_DSP_GEMM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_DSP_PIXELS 3

typedef struct tkd_dsp_tile {
    const uint32_t *pixels; /* words * 3 */
    uint32_t words;         /* per pixel; even */
    int32_t round;          /* 2 * zero_point_out + 1 */
    uint32_t step1, step2;  /* from the output of pixel 0 to that of pixels 1 and 2; pixels are stored 2, 1, 0, so that
                               an  absent pixel may be given the address of the one before it */
    int8_t *output_end;     /* output + 2 * pairs */
} tkd_dsp_tile;

/* Computes pairs of channels until output == tile->output_end. Returns the weights that follow. */
const int32_t *tkd_dsp_gemm(const int32_t *weights, int8_t *output, const tkd_dsp_tile *tile);

#ifdef __cplusplus
}
#endif
#endif
