/* What goes before and after tkd_dsp_gemm_3: widening the columns of one kernel row, storing three pixels. */
#ifndef TKD_DSP_THREE_H
#define TKD_DSP_THREE_H

#include "tkd_dsp_gemm_3.h"
#include "tkd_dsp_pixels.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Widens `columns` (>= 1) columns of 4 * fours bytes (>= 1) each, which follow each other, into the layout of
 * tkd_dsp_gemm_3.h. Per 16 bytes: 4 LDR, 8 SXTB16, 8 STR, 1 SUB, 1 branch.
 */
void tkd_dsp_widen_columns(const int8_t *from, uint32_t *to, int32_t fours, int32_t columns);

/* All channels of three pixels beside each other, from columns that were widened. */
void tkd_dsp_three(const uint32_t *columns, int8_t *output, const tkd_dsp_filters *f);

#ifdef __cplusplus
}
#endif
#endif
