/* Reductions over any set of axes, int16. */
#ifndef TKD_REDUCE_S16_H
#define TKD_REDUCE_S16_H

#include "tkd_reduce_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

void tkd_sum_s16(const int16_t *x, int16_t *y, const tkd_reduce_params *p);

#ifdef __cplusplus
}
#endif
#endif
