/*
 * int8 arithmetic on two operands that may broadcast: real = scale * (q - zero).
 *
 * Operands: a and b are int8 of the shapes that rows describes, y is dense. Ranges: [-128, 127].
 */
#ifndef TKD_ARITH_S8_H
#define TKD_ARITH_S8_H

#include <stdint.h>

#include "tkd_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_arith_params {
    tkd_rows rows;
    int32_t a_zero, b_zero, y_zero;
    int32_t a_multiplier, b_multiplier, y_multiplier; /* Q0.31; MUL uses y's only */
    int32_t a_shift, b_shift, y_shift;                /* left if positive */
    int32_t left_shift;                               /* headroom given to a and b before they are scaled */
    int32_t y_min, y_max;                             /* the fused activation */
} tkd_arith_params;

/* PRELU: b is alpha. */
typedef struct tkd_prelu_params {
    tkd_rows rows;
    int32_t x_zero, alpha_zero, y_zero;
    int32_t positive_multiplier, positive_shift;
    int32_t negative_multiplier, negative_shift;
} tkd_prelu_params;

/* accept: bit 0 where a < b, bit 1 where a == b, bit 2 where a > b give true. */
typedef struct tkd_compare_params {
    tkd_rows rows;
    int32_t a_zero, b_zero;
    int32_t a_multiplier, b_multiplier;
    int32_t a_shift, b_shift;
    int32_t left_shift;
    uint8_t accept;
} tkd_compare_params;

/* truth: bit 2 * a + b is the result for the booleans a and b. */
typedef struct tkd_logical_params {
    tkd_rows rows;
    uint8_t truth;
} tkd_logical_params;

/*
 * [in]  a, b  elements of the shapes that p->rows describes, Range: [-128, 127]
 * [out] y     dense, as many elements as rows has, Range: [-128, 127]
 * [in]  p     constants
 */
void tkd_add_rows_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p);
void tkd_sub_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p);
void tkd_mul_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p);
void tkd_squared_difference_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p);
/*
 * Where b stands for 0, at which TFLM's result is undefined, y stands for 0. y_shift in [7, 23].
 *
 * [in]  a, b  elements of the shapes that p->rows describes, Range: [-128, 127]
 * [out] y     dense, as many elements as rows has, Range: [-128, 127]
 * [in]  p     constants
 */
void tkd_div_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p);
/*
 * MINIMUM and MAXIMUM compare raw values, which share one quantization.
 *
 * [in]  a, b  elements of the shapes that p->rows describes, Range: [-128, 127]
 * [out] y     dense, as many elements as rows has, Range: [-128, 127]
 * [in]  p     constants
 */
void tkd_minimum_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_rows_params *p);
void tkd_maximum_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_rows_params *p);

/*
 * [in]  x, alpha  elements of the shapes that p->rows describes, Range: [-128, 127]
 * [out] y         dense, as many elements as rows has, Range: [-128, 127]
 * [in]  p         constants
 */
void tkd_prelu_s8(const int8_t *x, const int8_t *alpha, int8_t *y, const tkd_prelu_params *p);

/*
 * [in]  a, b  elements of the shapes that p->rows describes, Range: [-128, 127]
 * [out] y     dense, as many elements as rows has, bytes 0 or 1
 * [in]  p     constants
 */
void tkd_compare_s8(const int8_t *a, const int8_t *b, uint8_t *y, const tkd_compare_params *p);

/*
 * [in]  a, b  elements of the shapes that p->rows describes, bytes 0 or 1
 * [out] y     dense, as many elements as rows has, bytes 0 or 1
 * [in]  p     constants
 */
void tkd_logical_b8(const uint8_t *a, const uint8_t *b, uint8_t *y, const tkd_logical_params *p);
/*
 * Operands of the rows: condition, a, b.
 *
 * [in]  condition  elements of the shape that p->rows describes, bytes 0 or 1
 * [in]  a, b       elements of the shapes that p->rows describes, Range: [-128, 127]
 * [out] y          dense, as many elements as rows has, Range: [-128, 127]
 * [in]  p          constants
 */
void tkd_select_s8(const uint8_t *condition, const int8_t *a, const int8_t *b, int8_t *y, const tkd_rows_params *p);

#ifdef __cplusplus
}
#endif
#endif
