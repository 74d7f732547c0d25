/* ABS of int16; all zero points are 0. */
#ifndef TKD_ABS_S16_H
#define TKD_ABS_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_abs_s16_params {
    int32_t multiplier, shift; /* Q0.31, left if positive, at most 15 */
    int32_t count;             /* elements */
} tkd_abs_s16_params;

/*
 * [in]  x  [p->count], Range: [-32768, 32767]; aligned to 2
 * [out] y  [p->count], Range: [0, 32767]; aligned to 2, may be x
 * [in]  p  constants
 */
void tkd_abs_s16(const int16_t *x, int16_t *y, const tkd_abs_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
