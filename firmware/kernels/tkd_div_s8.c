/* DIV, int8. Equals DivElementwise in kernels/internal/reference/div.h. */
#include "tkd_arith_s8.h"
#include "tkd_math.h"
#include "tkd_reciprocal.h"

/* The bits of x that repeat its sign, but one; TFLM's CountLeadingSignBits. */
static int32_t headroom_of(int32_t x) {
    const uint32_t magnitude = (uint32_t)(x < 0 ? ~x : x);
    return magnitude == 0 ? 31 : tkd_leading_zeros(magnitude) - 1;
}

/* a / b on the output's scale, b > 0. */
static int32_t quotient(int32_t a, int32_t b, const tkd_arith_params *p) {
    const int32_t zeros = tkd_leading_zeros((uint32_t)b);
    const int32_t headroom = headroom_of(a);
    const int32_t unscaled = tkd_high_mul((int32_t)((uint32_t)a << headroom), tkd_reciprocal(b, zeros));
    const int32_t shift = p->y_shift - (31 - zeros) - headroom;
    return tkd_rounding_divide_by_pot(tkd_high_mul(unscaled, p->y_multiplier), -shift);
}

void tkd_div_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p) {
    tkd_row row = tkd_rows_first(&p->rows);
    const int32_t a_step = p->rows.row_step[0], b_step = p->rows.row_step[1];

    do {
        const int8_t *pa = a + row.offset[0], *pb = b + row.offset[1];
        for (int32_t i = 0; i < p->rows.row_count; i++) {
            const int32_t va = pa[i * a_step] - p->a_zero, vb = pb[i * b_step] - p->b_zero;
            const int32_t v = vb == 0 || va == 0 ? 0 : vb < 0 ? quotient(-va, -vb, p) : quotient(va, vb, p);
            *y++ = (int8_t)tkd_clamp(v + p->y_zero, p->y_min, p->y_max);
        }
    } while (tkd_rows_next(&p->rows, &row));
}
