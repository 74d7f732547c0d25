/* PRELU, int16 with slopes of int8: x where x >= 0, else alpha * x. Equals reference/prelu.h. */
#include "tkd_arith_s16.h"
#include "tkd_math.h"

void tkd_prelu_s16(const int16_t *x, const int8_t *alpha, int16_t *y, const tkd_prelu_params *p) {
    tkd_row row = tkd_rows_first(&p->rows);
    const int32_t x_step = p->rows.row_step[0], alpha_step = p->rows.row_step[1];

    do {
        const int16_t *px = x + row.offset[0];
        const int8_t *palpha = alpha + row.offset[1];
        for (int32_t i = 0; i < p->rows.row_count; i++) {
            const int32_t vx = px[i * x_step] - p->x_zero;
            int32_t v;
            if (vx >= 0) {
                v = tkd_requantize(vx, p->positive_multiplier, p->positive_shift);
            } else {
                const int32_t slope = palpha[i * alpha_step] - p->alpha_zero;
                v = tkd_requantize(vx * slope, p->negative_multiplier, p->negative_shift);
            }
            *y++ = (int16_t)tkd_clamp(v + p->y_zero, INT16_MIN, INT16_MAX);
        }
    } while (tkd_rows_next(&p->rows, &row));
}
