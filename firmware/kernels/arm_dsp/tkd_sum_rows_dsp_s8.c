#include "tkd_sum_rows_dsp_s8.h"

#include "tkd_dsp.h"
#include "tkd_dsp_clamp.h"

typedef tkd_sum_rows_dsp_params params;

/* One row, not clamped. */
static void sum_row(const int8_t *coarse, const int8_t *fine, int8_t *y, const params *p) {
    const int32_t coarse_step = p->rows.row_step[1 - p->fine], fine_step = p->rows.row_step[p->fine];
    const int32_t fine_base = p->fine_base, fine_unit = p->fine_unit, fine_multiplier = p->fine_multiplier;
    const int32_t fine_round = p->fine_round, fine_shift = p->fine_shift, fine_twice = p->fine_twice;
    const int32_t base = p->base, unit = p->unit, multiplier = p->multiplier, round = p->round, e = p->e;
    const int8_t *const end = y + p->rows.row_count;
    while (y != end) {
        const int32_t x = fine_base + *fine * fine_unit;
        const int32_t scaled = tkd_smmlar(x, fine_multiplier, fine_round + (x >> 31)) >> fine_shift;
        const int32_t twice = base + *coarse * unit + scaled * fine_twice;
        *y++ = (int8_t)tkd_dsp_requantize(twice, multiplier, round, (uint32_t)e);
        fine += fine_step;
        coarse += coarse_step;
    }
}

void tkd_sum_rows_dsp_s8(const int8_t *a, const int8_t *b, int8_t *y, const params *p) {
    const int8_t *const coarse = p->fine == 0 ? b : a, *const fine = p->fine == 0 ? a : b;
    int8_t *const first = y;
    tkd_row row = tkd_rows_first(&p->rows);
    do {
        sum_row(coarse + row.offset[1 - p->fine], fine + row.offset[p->fine], y, p);
        y += p->rows.row_count;
    } while (tkd_rows_next(&p->rows, &row));
    tkd_dsp_clamp(first, (int32_t)(y - first), p->min, p->max);
}
