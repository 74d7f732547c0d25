/*
 * Dot products of int16 rows in RAM with int8 rows of weights in flash: four rows of weights beside each other, so that
 * a load of x feeds four products. A call each, so that the loop has all registers to itself.
 */
#ifndef TKD_DOT_S16_H
#define TKD_DOT_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * acc[i] += sum of x[k] * w[i * step + k], exactly.
 *
 * [in]     x      [count], Range: [-32768, 32767]; aligned to 2
 * [in]     w      flash, four rows that start step bytes apart, Range: [-128, 127]
 * [in,out] acc    the four sums
 */
void tkd_dot_s16_1x4(const int16_t *x, const int8_t *w, uint32_t step, uint32_t count, int64_t acc[4]);

#ifdef __cplusplus
}
#endif
#endif
