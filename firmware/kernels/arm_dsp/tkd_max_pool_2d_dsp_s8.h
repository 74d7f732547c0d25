/*
 * MAX_POOL_2D, int8, for Arm DSP cores: four channels at a time, SSUB8 and SEL for each tap. Equals tkd_max_pool_2d_s8
 * in every byte. Channels behind the last four are one by one.
 */
#ifndef TKD_MAX_POOL_2D_DSP_S8_H
#define TKD_MAX_POOL_2D_DSP_S8_H

#include "tkd_pool_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * [in]  input   [N][in_h][in_w][channels], Range: [-128, 127]
 * [out] output  [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p       constants
 */
void tkd_max_pool_2d_dsp_s8(const int8_t *input, int8_t *output, const tkd_pool_params *p);

#ifdef __cplusplus
}
#endif
#endif
