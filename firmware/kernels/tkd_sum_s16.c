/* SUM (and MEAN, whose divisor is in the multiplier), int16. Equals QuantizedMeanOrSum in reference/reduce.h. */
#include "tkd_math.h"
#include "tkd_reduce_s16.h"

static int32_t sum_of(const int16_t *x, const tkd_rows *rows) {
    tkd_row row = tkd_rows_first(rows);
    int32_t sum = 0;
    do {
        for (int32_t i = 0; i < rows->row_count; i++) {
            sum += x[row.offset[0] + i * rows->row_step[0]];
        }
    } while (tkd_rows_next(rows, &row));
    return sum;
}

void tkd_sum_s16(const int16_t *x, int16_t *y, const tkd_reduce_params *p) {
    tkd_row row = tkd_rows_first(&p->kept);
    do {
        for (int32_t i = 0; i < p->kept.row_count; i++) {
            const int32_t sum = sum_of(x + row.offset[0] + i * p->kept.row_step[0], &p->folded) - p->zero_sum;
            const int32_t v = tkd_requantize(sum, p->multiplier, p->shift) + p->y_zero;
            *y++ = (int16_t)tkd_clamp(v, INT16_MIN, INT16_MAX);
        }
    } while (tkd_rows_next(&p->kept, &row));
}
