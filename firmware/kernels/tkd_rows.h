/*
 * Loop nests over operands whose addresses are affine: broadcasting, transposing, slicing.
 *
 * A nest visits rows. Within a row, operand k of element i is at offset[k] + i * row_step[k]; tkd_rows_next moves the
 * offsets to the next row. All counts and steps are in elements. The host finds the shortest nest for each op, so
 * operands of equal shape are one row.
 */
#ifndef TKD_ROWS_H
#define TKD_ROWS_H

#include <stdint.h>

#include "tkd_integers.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_ROWS_LOOPS 5
#define TKD_ROWS_OPERANDS 3

typedef struct tkd_rows {
    int32_t count[TKD_ROWS_LOOPS];                    /* outermost first; 1 where unused */
    int32_t step[TKD_ROWS_OPERANDS * TKD_ROWS_LOOPS]; /* by operand, then loop; 0: broadcasts along this loop */
    int32_t start[TKD_ROWS_OPERANDS];                 /* of the first element */
    int32_t row_count;
    int32_t row_step[TKD_ROWS_OPERANDS];
} tkd_rows;

/* The constants of an op that needs no more than its nest. */
typedef struct tkd_rows_params {
    tkd_rows rows;
} tkd_rows_params;

typedef struct tkd_row {
    int32_t offset[TKD_ROWS_OPERANDS];
    int32_t index[TKD_ROWS_LOOPS];
} tkd_row;

static inline tkd_row tkd_rows_first(const tkd_rows *rows) {
    tkd_row row = {{rows->start[0], rows->start[1], rows->start[2]}, {0, 0, 0, 0, 0}};
    return row;
}

/* Moves to the next row; 0 after the last one. */
static inline int tkd_rows_next(const tkd_rows *rows, tkd_row *row) {
    for (int d = TKD_ROWS_LOOPS - 1; d >= 0; d--) {
        for (int k = 0; k < TKD_ROWS_OPERANDS; k++) {
            row->offset[k] += rows->step[k * TKD_ROWS_LOOPS + d];
        }
        if (++row->index[d] < rows->count[d]) {
            return 1;
        }
        for (int k = 0; k < TKD_ROWS_OPERANDS; k++) {
            row->offset[k] -= rows->step[k * TKD_ROWS_LOOPS + d] * rows->count[d];
        }
        row->index[d] = 0;
    }
    return 0;
}

#ifdef __cplusplus
}
#endif
#endif
