/* RSQRT of int16; all zero points are 0. */
#ifndef TKD_RSQRT_S16_H
#define TKD_RSQRT_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_rsqrt_s16_params {
    int32_t multiplier, shift; /* Q0.31, left if positive; less the 20 bits that the root has */
    int32_t count;             /* elements */
} tkd_rsqrt_s16_params;

/*
 * Of 0, and of negative values, at which TFLM ends with an error: the largest output.
 *
 * [in]  x  [p->count], Range: [-32768, 32767]; aligned to 2
 * [out] y  [p->count], Range: [-32768, 32767]; aligned to 2, may be x
 * [in]  p  constants
 */
void tkd_rsqrt_s16(const int16_t *x, int16_t *y, const tkd_rsqrt_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
