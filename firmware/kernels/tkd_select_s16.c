/* SELECT_V2, int16: condition ? a : b. Equals reference/select.h. */
#include "tkd_arith_s16.h"

void tkd_select_s16(const uint8_t *condition, const int16_t *a, const int16_t *b, int16_t *y,
                    const tkd_select_params *p) {
    tkd_row row = tkd_rows_first(&p->rows);
    const int32_t *step = p->rows.row_step;

    do {
        const uint8_t *pc = condition + row.offset[0];
        const int16_t *pa = a + row.offset[1], *pb = b + row.offset[2];
        for (int32_t i = 0; i < p->rows.row_count; i++) {
            *y++ = pc[i * step[0]] ? pa[i * step[1]] : pb[i * step[2]];
        }
    } while (tkd_rows_next(&p->rows, &row));
}
