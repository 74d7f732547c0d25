/*
 * BATCH_MATMUL, int16: y[n] = a[n] x b[n] for every batch, the batches broadcasting; all zero points are 0.
 *
 * A transposed operand (adj_x, adj_y) is one with other steps; nothing is copied.
 */
#ifndef TKD_BATCH_MATMUL_S16_H
#define TKD_BATCH_MATMUL_S16_H

#include <stdint.h>

#include "tkd_batch_matmul_s8.h"
#include "tkd_wide_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_batch_matmul_s16_params {
    tkd_batch_matmul_shape shape;
    tkd_requant_s16 out;
} tkd_batch_matmul_s16_params;

/*
 * [in]  a, b  matrices at the steps of p->shape, Range: [-32768, 32767]; aligned to 2
 * [out] y     [batches][rows][columns], dense, apart from a and b; aligned to 2
 * [in]  p     shape.depth below 2^17, so that sums stay below 2^47
 */
void tkd_batch_matmul_s16(const int16_t *a, const int16_t *b, int16_t *y, const tkd_batch_matmul_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
