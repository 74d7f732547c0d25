/*
 * BATCH_MATMUL, int8: y[n] = a[n] x b[n] for every batch, the batches broadcasting.
 *
 * A transposed operand (adj_x, adj_y) is one with other steps; nothing is copied.
 */
#ifndef TKD_BATCH_MATMUL_S8_H
#define TKD_BATCH_MATMUL_S8_H

#include <stdint.h>

#include "tkd_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_batch_matmul_shape {
    tkd_rows batches; /* operands a, b */
    int32_t rows, depth, columns;
    int32_t a_row_step, a_depth_step;
    int32_t b_depth_step, b_column_step;
} tkd_batch_matmul_shape;

typedef struct tkd_batch_matmul_params {
    tkd_batch_matmul_shape shape;
    int32_t a_zero, b_zero, y_zero;
    int32_t multiplier; /* Q0.31 */
    int32_t shift;      /* left if positive */
} tkd_batch_matmul_params;

/*
 * [in]  a  rows of depth values for each batch, as p->shape steps through them, Range: [-128, 127]
 * [in]  b  columns of depth values for each batch, likewise, Range: [-128, 127]
 * [out] y  [batches][rows][columns], Range: [-128, 127]
 * [in]  p  constants
 */
void tkd_batch_matmul_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_batch_matmul_params *p);

#ifdef __cplusplus
}
#endif
#endif
