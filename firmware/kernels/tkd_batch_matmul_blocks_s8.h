/*
 * BATCH_MATMUL, int8, four columns of b at a time, for cores that read flash as they read RAM. Equals
 * tkd_batch_matmul_s8 in every byte.
 *
 * Sums are of raw values: sum (a - za)(b - zb) = depth za zb - zb sum a - za sum b + sum a b, where the last is
 * tkd_dot.h's. Columns of b that are not rows in memory are copied to scratch, and so are rows of a. No partial sum
 * leaves 32 bits: each value of k adds at most 255 * 255, taken up or not.
 */
#ifndef TKD_BATCH_MATMUL_BLOCKS_S8_H
#define TKD_BATCH_MATMUL_BLOCKS_S8_H

#include "tkd_batch_matmul_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of scratch: sums of rows, a row and four columns. [in] p: constants. */
static inline uint32_t tkd_batch_matmul_blocks_s8_scratch(const tkd_batch_matmul_params *p) {
    return 4u * (uint32_t)p->shape.rows + 5u * (uint32_t)p->shape.depth;
}

/*
 * [in]  a        rows of depth values for each batch, as p->shape steps through them, Range: [-128, 127]
 * [in]  b        columns of depth values for each batch, likewise, Range: [-128, 127]
 * [out] y        [batches][rows][columns], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_batch_matmul_blocks_s8_scratch(p) bytes, aligned to 4
 */
void tkd_batch_matmul_blocks_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_batch_matmul_params *p,
                                void *scratch);

#ifdef __cplusplus
}
#endif
#endif
