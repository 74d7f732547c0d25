/* The loop of PRELU for activations of VALUE; slopes are int8. tkd_prelu_s8 and tkd_prelu_s16 are made of it. */
#include "tkd_arith_s8.h"
#include "tkd_math.h"

static inline void prelu(const VALUE *x, const int8_t *alpha, VALUE *y, const tkd_prelu_params *p, int32_t low,
                         int32_t high) {
    tkd_row row = tkd_rows_first(&p->rows);
    const int32_t x_step = p->rows.row_step[0], alpha_step = p->rows.row_step[1];

    do {
        const VALUE *px = x + row.offset[0];
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
            *y++ = (VALUE)tkd_clamp(v + p->y_zero, low, high);
        }
    } while (tkd_rows_next(&p->rows, &row));
}
