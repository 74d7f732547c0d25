/* SQUARED_DIFFERENCE, int16, on a common scale without headroom. Equals micro/kernels/squared_difference.cc. */
#include "tkd_arith_s16.h"
#include "tkd_math.h"

void tkd_squared_difference_s16(const int16_t *a, const int16_t *b, int16_t *y, const tkd_arith_params *p) {
    tkd_row row = tkd_rows_first(&p->rows);
    const int32_t a_step = p->rows.row_step[0], b_step = p->rows.row_step[1];

    do {
        const int16_t *pa = a + row.offset[0], *pb = b + row.offset[1];
        for (int32_t i = 0; i < p->rows.row_count; i++) {
            const int32_t va = tkd_requantize(pa[i * a_step], p->a_multiplier, p->a_shift);
            const int32_t vb = tkd_requantize(pb[i * b_step], p->b_multiplier, p->b_shift);
            const int32_t v = tkd_requantize((va - vb) * (va - vb), p->y_multiplier, p->y_shift);
            *y++ = (int16_t)tkd_clamp(v, p->y_min, p->y_max);
        }
    } while (tkd_rows_next(&p->rows, &row));
}
