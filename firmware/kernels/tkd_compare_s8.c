/* EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, int8 to bool. Equals reference/comparisons.h. */
#include "tkd_arith_s8.h"
#include "tkd_math.h"

void tkd_compare_s8(const int8_t *a, const int8_t *b, uint8_t *y, const tkd_compare_params *p) {
    tkd_row row = tkd_rows_first(&p->rows);
    const int32_t a_step = p->rows.row_step[0], b_step = p->rows.row_step[1];
    const int32_t headroom = (int32_t)1 << p->left_shift;

    do {
        const int8_t *pa = a + row.offset[0], *pb = b + row.offset[1];
        for (int32_t i = 0; i < p->rows.row_count; i++) {
            const int32_t va = tkd_requantize((pa[i * a_step] - p->a_zero) * headroom, p->a_multiplier, p->a_shift);
            const int32_t vb = tkd_requantize((pb[i * b_step] - p->b_zero) * headroom, p->b_multiplier, p->b_shift);
            const int bit = va < vb ? 0 : va == vb ? 1 : 2;
            *y++ = (uint8_t)((p->accept >> bit) & 1);
        }
    } while (tkd_rows_next(&p->rows, &row));
}
