/* LOGICAL_AND, LOGICAL_OR, and LOGICAL_NOT as a function of (a, a). A boolean is a byte, 0 or 1. */
#include "tkd_arith_s8.h"

void tkd_logical_b8(const uint8_t *a, const uint8_t *b, uint8_t *y, const tkd_logical_params *p) {
    tkd_row row = tkd_rows_first(&p->rows);
    const int32_t a_step = p->rows.row_step[0], b_step = p->rows.row_step[1];

    do {
        const uint8_t *pa = a + row.offset[0], *pb = b + row.offset[1];
        for (int32_t i = 0; i < p->rows.row_count; i++) {
            const int bit = 2 * (pa[i * a_step] != 0) + (pb[i * b_step] != 0);
            *y++ = (uint8_t)((p->truth >> bit) & 1);
        }
    } while (tkd_rows_next(&p->rows, &row));
}
