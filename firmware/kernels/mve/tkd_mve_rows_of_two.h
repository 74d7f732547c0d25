/* The loops over two operands that broadcast; what an op does with four lanes is a function that they inline. */
#ifndef TKD_MVE_ROWS_OF_TWO_H
#define TKD_MVE_ROWS_OF_TWO_H

#include "tkd_arith_mve_s8.h"
#include "tkd_mve.h"

#ifdef __cplusplus
extern "C" {
#endif

/* tkd_mve_scale of one of the params' scales. */
#define TKD_MVE_SCALED(x, name, p) tkd_mve_scale((x), (p)->name##_multiplier, (p)->name##_shift, (p)->name##_shift < 0)

static inline __attribute__((always_inline)) int32x4_t tkd_mve_operand(const int8_t *from, int32_t step, int32_t zero,
                                                                       mve_pred16_t lanes) {
    return vsubq_n_s32(step == 0 ? vdupq_n_s32(*from) : vldrbq_z_s32(from, lanes), zero);
}

/* What one op does with four lanes. */
typedef int32x4_t tkd_mve_of_two(int32x4_t a, int32x4_t b, const tkd_arith_params *p);

static inline __attribute__((always_inline)) void
tkd_mve_row_of_two(tkd_mve_of_two *compute, const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p) {
    const int32_t a_step = p->rows.row_step[0], b_step = p->rows.row_step[1];
    const int32x4_t low = vdupq_n_s32(p->y_min), high = vdupq_n_s32(p->y_max);
    for (int32_t left = p->rows.row_count; left > 0; left -= 4, y += 4, a += 4 * a_step, b += 4 * b_step) {
        const mve_pred16_t lanes = vctp32q((uint32_t)left);
        const int32x4_t x = tkd_mve_operand(a, a_step, p->a_zero, lanes);
        const int32x4_t v = compute(x, tkd_mve_operand(b, b_step, p->b_zero, lanes), p);
        vstrbq_p_s32(y, tkd_mve_clamp(v, p->y_zero, low, high), lanes);
    }
}

static inline __attribute__((always_inline)) void
tkd_mve_rows_of_two(tkd_mve_of_two *compute, const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p) {
    tkd_row row = tkd_rows_first(&p->rows);
    do {
        tkd_mve_row_of_two(compute, a + row.offset[0], b + row.offset[1], y, p);
        y += p->rows.row_count;
    } while (tkd_rows_next(&p->rows, &row));
}

#ifdef __cplusplus
}
#endif
#endif
