/* AVERAGE_POOL_2D and MAX_POOL_2D on Helium: channels in lanes. */
#ifndef TKD_POOL_2D_MVE_S8_H
#define TKD_POOL_2D_MVE_S8_H

#include "tkd_pool_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * [in]  input   [N][in_h][in_w][channels], Range: [-128, 127]
 * [out] output  [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p       constants; a window of an average has at most 255 pixels
 */
void tkd_average_pool_2d_mve_s8(const int8_t *input, int8_t *output, const tkd_pool_params *p);
void tkd_max_pool_2d_mve_s8(const int8_t *input, int8_t *output, const tkd_pool_params *p);

#ifdef __cplusplus
}
#endif
#endif
