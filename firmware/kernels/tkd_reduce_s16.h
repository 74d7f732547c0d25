/* Reductions over any set of axes, int16. */
#ifndef TKD_REDUCE_S16_H
#define TKD_REDUCE_S16_H

#include "tkd_reduce_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * [in]  x  elements of the shape that p->kept and p->folded describe, Range: [-32768, 32767]; aligned to 2
 * [out] y  dense, as many elements as kept has, Range: [-32768, 32767]; aligned to 2
 * [in]  p  constants
 */
void tkd_sum_s16(const int16_t *x, int16_t *y, const tkd_reduce_params *p);

#ifdef __cplusplus
}
#endif
#endif
