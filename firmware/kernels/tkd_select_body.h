/* The loop of SELECT_V2 for values of VALUE. tkd_select_s8 and tkd_select_s16 are made of it. */
#include "tkd_rows.h"

static inline void choose(const uint8_t *condition, const VALUE *a, const VALUE *b, VALUE *y, const tkd_rows *rows) {
    tkd_row row = tkd_rows_first(rows);
    const int32_t *step = rows->row_step;

    do {
        const uint8_t *pc = condition + row.offset[0];
        const VALUE *pa = a + row.offset[1], *pb = b + row.offset[2];
        for (int32_t i = 0; i < rows->row_count; i++) {
            *y++ = pc[i * step[0]] ? pa[i * step[1]] : pb[i * step[2]];
        }
    } while (tkd_rows_next(rows, &row));
}
