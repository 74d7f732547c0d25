/*
 * ADD and SUB of two int8 operands that may broadcast, for Arm DSP cores. Equal tkd_add_rows_s8 and tkd_sub_s8 in every
 * byte.
 *
 * The arithmetic is that of tkd_dsp_add.h: one operand, the coarse one, is scaled by exactly 1/2, the other is rounded
 * twice. SUB takes one of them with the other sign, after its rounding. Per element: 2 LDRSB, 3 MLA, 2 SMMLAR, 1 STRB,
 * 11 others; each row of the loop nest about 60 more.
 */
#ifndef TKD_SUM_ROWS_DSP_S8_H
#define TKD_SUM_ROWS_DSP_S8_H

#include "tkd_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_sum_rows_dsp_params {
    tkd_rows rows;                                   /* steps within a row are 0 or 1 */
    int32_t fine_base, fine_unit;                    /* (q - zero) << lift = base + q * unit; lift is 21 or 22 */
    int32_t fine_multiplier, fine_round, fine_shift; /* 1 << (shift - 1), shift in [1, 31] */
    int32_t fine_twice;                              /* 2, or -2 where it is subtracted */
    int32_t base, unit;                              /* of the coarse operand: its zero point and 1, << 20, or both
                                                        negative */
    int32_t multiplier, round, e;                    /* of the sum, as tkd_dsp_requantize takes them */
    int8_t min, max;
    uint8_t fine; /* which operand it is: 0 or 1 */
} tkd_sum_rows_dsp_params;

/*
 * [in]  a, b  elements of the shapes that p->rows describes, Range: [-128, 127]
 * [out] y     dense, as many elements as rows has, Range: [-128, 127]; may be an operand of its own shape
 * [in]  p     constants
 */
void tkd_sum_rows_dsp_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_sum_rows_dsp_params *p);

#ifdef __cplusplus
}
#endif
#endif
