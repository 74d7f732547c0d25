/*
 * SUM and MEAN, int8, of pixels with the channels innermost, for Arm DSP cores: the global pooling at the end of a
 * network. Equals tkd_sum_s8 in every byte. Four channels at a time, two SXTAB16 per pixel; channels % 4 == 0.
 * Per 4 values: 1 LDR, 2 SXTAB16, 1 ADD, 1 SUB, 1 branch.
 */
#ifndef TKD_SUM_DSP_S8_H
#define TKD_SUM_DSP_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_sum_dsp_params {
    int32_t count;    /* pixels */
    int32_t channels; /* also the step from pixel to pixel */
    int32_t zero_sum; /* the input's zero point times count */
    int32_t multiplier, shift;
    int32_t y_zero;
} tkd_sum_dsp_params;

/*
 * [in]  x  [count][channels], Range: [-128, 127]
 * [out] y  [channels], Range: [-128, 127]
 * [in]  p  constants
 */
void tkd_sum_dsp_s8(const int8_t *x, int8_t *y, const tkd_sum_dsp_params *p);

#ifdef __cplusplus
}
#endif
#endif
