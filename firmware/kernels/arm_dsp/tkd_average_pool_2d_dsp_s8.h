/*
 * AVERAGE_POOL_2D, int8, for Arm DSP cores: four channels at a time, two SXTAB16 per pixel. Equals
 * tkd_average_pool_2d_s8 in every byte. Windows of at most 255 pixels, so that a sum fits into 16 bits; channels % 4 ==
 * 0. Per 4 values: 1 LDR, 2 SXTAB16, 1 ADD, 1 SUB, 1 branch.
 */
#ifndef TKD_AVERAGE_POOL_2D_DSP_S8_H
#define TKD_AVERAGE_POOL_2D_DSP_S8_H

#include "tkd_pool_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * [in]  input   [N][in_h][in_w][channels], Range: [-128, 127]
 * [out] output  [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p       constants
 */
void tkd_average_pool_2d_dsp_s8(const int8_t *input, int8_t *output, const tkd_pool_params *p);

#ifdef __cplusplus
}
#endif
#endif
