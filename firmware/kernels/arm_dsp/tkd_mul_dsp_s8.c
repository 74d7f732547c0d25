#include "tkd_mul_dsp_s8.h"

#include "tkd_dsp.h"
#include "tkd_dsp_clamp.h"

/* One row, not clamped. */
static void multiply_row(const int8_t *a, const int8_t *b, int8_t *y, const tkd_mul_dsp_params *p) {
    const int32_t a_step = p->rows.row_step[0], b_step = p->rows.row_step[1];
    const int32_t twice_a_zero = 2 * p->a_zero, b_zero = p->b_zero;
    const int32_t multiplier = p->multiplier, round = p->round, e = p->e;
    const int8_t *const end = y + p->rows.row_count;
    while (y != end) {
        const int32_t twice = (2 * *a - twice_a_zero) * (*b - b_zero);
        *y++ = (int8_t)tkd_dsp_requantize(twice, multiplier, round, (uint32_t)e);
        a += a_step;
        b += b_step;
    }
}

void tkd_mul_dsp_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_mul_dsp_params *p) {
    int8_t *const first = y;
    tkd_row row = tkd_rows_first(&p->rows);
    do {
        multiply_row(a + row.offset[0], b + row.offset[1], y, p);
        y += p->rows.row_count;
    } while (tkd_rows_next(&p->rows, &row));
    tkd_dsp_clamp(first, (int32_t)(y - first), p->min, p->max);
}
