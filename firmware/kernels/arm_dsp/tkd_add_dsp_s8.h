/* ADD of two int8 tensors of one shape, for Arm DSP cores. Equals tkd_add_s8 in every byte. */
#ifndef TKD_ADD_DSP_S8_H
#define TKD_ADD_DSP_S8_H

#include "tkd_dsp_add.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_add_dsp_params {
    int32_t count;
    tkd_dsp_add_scale add;
} tkd_add_dsp_params;

/*
 * [in]  a, b  [count], Range: [-128, 127]
 * [out] y     [count], Range: [-128, 127]; may be a or b
 * [in]  p     constants
 */
void tkd_add_dsp_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_add_dsp_params *p);

#ifdef __cplusplus
}
#endif
#endif
