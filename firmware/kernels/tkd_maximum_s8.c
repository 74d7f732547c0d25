/* MAXIMUM, int8, of operands that share one quantization. Equals reference/maximum_minimum.h. */
#include "tkd_arith_s8.h"

void tkd_maximum_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_rows_params *p) {
    tkd_row row = tkd_rows_first(&p->rows);
    const int32_t a_step = p->rows.row_step[0], b_step = p->rows.row_step[1];

    do {
        const int8_t *pa = a + row.offset[0], *pb = b + row.offset[1];
        for (int32_t i = 0; i < p->rows.row_count; i++) {
            const int8_t va = pa[i * a_step], vb = pb[i * b_step];
            *y++ = va > vb ? va : vb;
        }
    } while (tkd_rows_next(&p->rows, &row));
}
