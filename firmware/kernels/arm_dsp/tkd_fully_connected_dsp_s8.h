/*
 * FULLY_CONNECTED on one row, int8, for Arm DSP cores. Equals tkd_fully_connected_s8 in every byte.
 *
 * Weights. For every four outputs (the last one to three filled up with zeros to one or two pairs), a stream of int32
 * words: for every four values of k, the two words of outputs (0, 1), then those of outputs (2, 3); then the bias words
 * of outputs 1, 0, 3, 2. Words and bias words are those of tkd_dsp_gemm.h: one SMLAD with the raw word and one with
 * SXTB16 of it give two outputs.
 *
 * Per 16 MACs: 8 SMLAD, 4 SXTB16, 1 LDM of 4, 1 LDRD = 14 instructions, 17 cycles on Cortex-M4; 2 more per 64 MACs.
 * tkd_fully_connected_dsp_s8 widens the input into scratch first. tkd_fully_connected_raw_dsp_s8 needs no scratch: 1
 * LDR and 2 SXTB16 in place of the LDRD, 16 instructions.
 */
#ifndef TKD_FULLY_CONNECTED_DSP_S8_H
#define TKD_FULLY_CONNECTED_DSP_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_fully_connected_dsp_params {
    const int32_t *weights;
    const int32_t *multiplier; /* [outputs, rounded up to 2] or [1] */
    uint16_t depth, outputs;
    uint16_t chunk; /* values of k whose sums are below 2^23, a multiple of four; depth, rounded up, if all are */
    int16_t round;  /* 2 * output zero point + 1 */
    uint8_t multiplier_step; /* 1: per output, 0: one for all */
    int8_t min, max;
} tkd_fully_connected_dsp_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_fully_connected_dsp_s8_scratch(const tkd_fully_connected_dsp_params *p) {
    return ((uint32_t)p->depth + 3u) / 4u * 8u;
}

/*
 * [in]  input    [depth], Range: [-128, 127]
 * [out] output   [outputs], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_fully_connected_dsp_s8_scratch(p) bytes, which hold the widened input; aligned to 4
 */
void tkd_fully_connected_dsp_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_dsp_params *p,
                                void *scratch);

/*
 * The same without scratch, for depth % 4 == 0.
 *
 * [in]  input   [depth], Range: [-128, 127]
 * [out] output  [outputs], Range: [-128, 127]
 * [in]  p       constants
 */
void tkd_fully_connected_raw_dsp_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_dsp_params *p);

#ifdef __cplusplus
}
#endif
#endif
