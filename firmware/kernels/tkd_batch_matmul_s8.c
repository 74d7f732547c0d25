/* Equals reference/batch_matmul.h. */
#include "tkd_batch_matmul_s8.h"
#include "tkd_math.h"

static int32_t dot(const int8_t *a, const int8_t *b, const tkd_batch_matmul_params *p) {
    int32_t sum = 0;
    for (int32_t k = 0; k < p->shape.depth; k++) {
        sum += (a[k * p->shape.a_depth_step] - p->a_zero) * (b[k * p->shape.b_depth_step] - p->b_zero);
    }
    return sum;
}

static int8_t *multiply(const int8_t *a, const int8_t *b, int8_t *y, const tkd_batch_matmul_params *p) {
    for (int32_t i = 0; i < p->shape.rows; i++) {
        for (int32_t j = 0; j < p->shape.columns; j++) {
            const int32_t sum = dot(a + i * p->shape.a_row_step, b + j * p->shape.b_column_step, p);
            const int32_t v = tkd_requantize(sum, p->multiplier, p->shift) + p->y_zero;
            *y++ = (int8_t)tkd_clamp(v, -128, 127);
        }
    }
    return y;
}

void tkd_batch_matmul_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_batch_matmul_params *p) {
    const tkd_rows *batches = &p->shape.batches;
    tkd_row row = tkd_rows_first(batches);
    do {
        for (int32_t i = 0; i < batches->row_count; i++) {
            const int8_t *pa = a + row.offset[0] + i * batches->row_step[0];
            const int8_t *pb = b + row.offset[1] + i * batches->row_step[1];
            y = multiply(pa, pb, y, p);
        }
    } while (tkd_rows_next(batches, &row));
}
