/* SUM (and MEAN, whose divisor is in the multiplier), int8. Equals QuantizedMeanOrSum in reference/reduce.h. */
#include "tkd_math.h"
#include "tkd_reduce_s8.h"

static int32_t sum_of(const int8_t *x, const tkd_rows *rows) {
    tkd_row row = tkd_rows_first(rows);
    int32_t sum = 0;
    do {
        for (int32_t i = 0; i < rows->row_count; i++) {
            sum += x[row.offset[0] + i * rows->row_step[0]];
        }
    } while (tkd_rows_next(rows, &row));
    return sum;
}

void tkd_sum_s8(const int8_t *x, int8_t *y, const tkd_reduce_params *p) {
    tkd_row row = tkd_rows_first(&p->kept);
    do {
        for (int32_t i = 0; i < p->kept.row_count; i++) {
            const int32_t sum = sum_of(x + row.offset[0] + i * p->kept.row_step[0], &p->folded) - p->zero_sum;
            const int32_t v = tkd_requantize(sum, p->multiplier, p->shift) + p->y_zero;
            *y++ = (int8_t)tkd_clamp(v, -128, 127);
        }
    } while (tkd_rows_next(&p->kept, &row));
}
