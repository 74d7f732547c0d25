/* RELU, RELU6 and LEAKY_RELU of int16: one slope on each side of zero; all zero points are 0. */
#ifndef TKD_SLOPES_S16_H
#define TKD_SLOPES_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_slopes_s16_params {
    int32_t positive_multiplier, positive_shift; /* Q0.31, left if positive */
    int32_t negative_multiplier, negative_shift; /* of the slope's magnitude */
    int32_t negative_sign;                       /* 1 or -1 */
    int32_t max;                                 /* of the output, which is never below -32768 */
    int32_t count;                               /* elements */
} tkd_slopes_s16_params;

/*
 * [in]  input   [count], Range: [-32768, 32767]; aligned to 2
 * [out] output  [count], Range: [-32768, 32767]; aligned to 2, may be the input
 * [in]  p       constants
 */
void tkd_slopes_s16(const int16_t *input, int16_t *output, const tkd_slopes_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
