/*
 * Reductions over any set of axes, int8.
 *
 * Two nests: kept visits the outputs in row-major order (operand 0: the input), folded visits what one output sums
 * over.
 */
#ifndef TKD_REDUCE_S8_H
#define TKD_REDUCE_S8_H

#include <stdint.h>

#include "tkd_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_reduce_params {
    tkd_rows kept;
    tkd_rows folded;
    int32_t zero_sum;   /* the input's zero point times the elements folded into one */
    int32_t multiplier; /* Q0.31; SUM only */
    int32_t shift;      /* left if positive */
    int32_t y_zero;
} tkd_reduce_params;

/*
 * [in]  x  elements of the shape that p->kept and p->folded describe, Range: [-128, 127]
 * [out] y  dense, as many elements as kept has, Range: [-128, 127]
 * [in]  p  constants
 */
void tkd_sum_s8(const int8_t *x, int8_t *y, const tkd_reduce_params *p);
void tkd_reduce_max_s8(const int8_t *x, int8_t *y, const tkd_reduce_params *p);
void tkd_reduce_min_s8(const int8_t *x, int8_t *y, const tkd_reduce_params *p);

/* The index along one axis of the largest (or smallest) value; the first one of equals. x is (outer, axis, inner). */
typedef struct tkd_arg_params {
    int32_t outer, axis, inner;
    int32_t sign; /* 1: ARG_MAX, -1: ARG_MIN */
} tkd_arg_params;

/*
 * [in]  x  [outer][axis][inner], Range: [-128, 127]
 * [out] y  [outer][inner], Range: [0, axis); aligned to 4
 * [in]  p  constants
 */
void tkd_arg_s8(const int8_t *x, int32_t *y, const tkd_arg_params *p);

/* Each row of depth values divided by its Euclidean norm; the output's scale is 1/128, its zero point 0. */
typedef struct tkd_l2_norm_params {
    int32_t rows, depth;
    int32_t x_zero;
} tkd_l2_norm_params;

/*
 * [in]  x  [rows][depth], Range: [-128, 127]
 * [out] y  [rows][depth], Range: [-128, 127]
 * [in]  p  constants
 */
void tkd_l2_norm_s8(const int8_t *x, int8_t *y, const tkd_l2_norm_params *p);

#ifdef __cplusplus
}
#endif
#endif
