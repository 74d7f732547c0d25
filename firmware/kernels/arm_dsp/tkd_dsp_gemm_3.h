/*
 * The inner loop of convolutions three columns wide at stride 1, on Arm DSP cores: 3 pixels of a row times 2 output
 * channels at a time, from 5 columns of the input, each of which up to three taps read.
 *
 * Weights as in tkd_dsp_gemm.h; their words go by kernel row, then by two input channels, then by kernel column.
 * Pixels: per kernel row and two channels the words of 5 columns, the first of them the first tap of pixel 0.
 *
 * Per 36 MACs: 18 SMLAD, 3 SXTB16, 1 LDR and 1 LDRD (weights), 1 LDM of 5 (columns) = 24 instructions, 0.67 per MAC;
 * 3 more (LDR, CMP, BNE) per 288 MACs, and what tkd_dsp_gemm.h says per 6 outputs.
 * Cortex-M4 cycles by Arm's published timings: 32 per 36 MACs (LDR 2, LDRD 3, LDM 6) and 6 per 288.
 */
#ifndef TKD_DSP_GEMM_3_H
#define TKD_DSP_GEMM_3_H

#include "tkd_dsp_gemm.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_DSP_TAPS 3    /* columns of the kernel */
#define TKD_DSP_COLUMNS 5 /* of the input, for TKD_DSP_PIXELS pixels */

/* As tkd_dsp_gemm; tile->words counts weight words, a multiple of 3. */
const int32_t *tkd_dsp_gemm_3(const int32_t *weights, int8_t *output, const tkd_dsp_tile *tile);

#ifdef __cplusplus
}
#endif
#endif
