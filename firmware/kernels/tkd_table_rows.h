/* Rows of a constant table by their numbers: an embedding. */
#ifndef TKD_TABLE_ROWS_H
#define TKD_TABLE_ROWS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_table_rows_params {
    const int8_t *table; /* [rows][row_bytes], in flash */
    int32_t rows, row_bytes;
    int32_t count; /* indices */
} tkd_table_rows_params;

/*
 * As TFLM's GATHER and EMBEDDING_LOOKUP (micro/kernels/gather.cc, embedding_lookup.cc) where the table is constant. An
 * index outside [0, rows) is taken for the nearest one inside: memory stays safe whatever the input.
 * Pinned by tests/conformance (GATHER, EMBEDDING_LOOKUP).
 *
 * [in]  indices  [count]; aligned to 4
 * [out] y        [count][row_bytes], apart from the indices
 * [in]  p        constants
 */
void tkd_table_rows(const int32_t *indices, int8_t *y, const tkd_table_rows_params *p);

#ifdef __cplusplus
}
#endif
#endif
