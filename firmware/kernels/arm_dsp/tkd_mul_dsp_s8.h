/*
 * MUL of two int8 operands that may broadcast, for Arm DSP cores. Equals tkd_mul_s8 in every byte.
 *
 * |product| <= 255 * 255, so that the short requantisation of tkd_dsp.h takes it. Per element: 2 LDRSB, 1 MUL,
 * 1 SMMLAR, 1 STRB, 10 others; each row of the loop nest about 60 more.
 */
#ifndef TKD_MUL_DSP_S8_H
#define TKD_MUL_DSP_S8_H

#include "tkd_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_mul_dsp_params {
    tkd_rows rows; /* steps within a row are 0 or 1 */
    int32_t a_zero, b_zero;
    int32_t multiplier, round, e; /* as tkd_dsp_requantize takes them */
    int8_t min, max;
} tkd_mul_dsp_params;

/*
 * [in]  a, b  elements of the shapes that p->rows describes, Range: [-128, 127]
 * [out] y     dense, as many elements as rows has, Range: [-128, 127]; may be an operand of its own shape
 * [in]  p     constants
 */
void tkd_mul_dsp_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_mul_dsp_params *p);

#ifdef __cplusplus
}
#endif
#endif
