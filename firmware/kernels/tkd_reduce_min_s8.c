/* REDUCE_MIN, int8, of operands that share one quantization. Equals ReduceGeneric in reference/reduce.h. */
#include "tkd_reduce_s8.h"

static int8_t min_of(const int8_t *x, const tkd_rows *rows) {
    tkd_row row = tkd_rows_first(rows);
    int8_t best = x[row.offset[0]];
    do {
        for (int32_t i = 0; i < rows->row_count; i++) {
            const int8_t v = x[row.offset[0] + i * rows->row_step[0]];
            best = v < best ? v : best;
        }
    } while (tkd_rows_next(rows, &row));
    return best;
}

void tkd_reduce_min_s8(const int8_t *x, int8_t *y, const tkd_reduce_params *p) {
    tkd_row row = tkd_rows_first(&p->kept);
    do {
        for (int32_t i = 0; i < p->kept.row_count; i++) {
            *y++ = min_of(x + row.offset[0] + i * p->kept.row_step[0], &p->folded);
        }
    } while (tkd_rows_next(&p->kept, &row));
}
