/*
 * Dot products of int8 rows in RAM with int8 rows of weights in flash, blocked so that each load feeds several
 * products.
 *
 * The rows of a block lie depth bytes apart. acc holds the biases before and the sums after. A call each, so that the
 * loops have all registers to themselves.
 */
#ifndef TKD_DOT_H
#define TKD_DOT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One row of x by one row of w. */
int32_t tkd_dot_1x1(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc);

/* Two rows of x by two rows of w: acc = {x0 w0, x0 w1, x1 w0, x1 w1}. */
void tkd_dot_2x2(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc[4]);

/* One row of x by four rows of w. */
void tkd_dot_1x4(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc[4]);

#ifdef __cplusplus
}
#endif
#endif
