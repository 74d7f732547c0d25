/* Equals reference/batch_matmul.h with sums of int64. */
#include "tkd_batch_matmul_s16.h"

static int64_t dot(const int16_t *a, const int16_t *b, const tkd_batch_matmul_shape *s) {
    int64_t sum = 0;
    for (int32_t k = 0; k < s->depth; k++) {
        sum += (int32_t)a[k * s->a_depth_step] * b[k * s->b_depth_step];
    }
    return sum;
}

static int16_t *multiply(const int16_t *a, const int16_t *b, int16_t *y, const tkd_batch_matmul_s16_params *p) {
    const tkd_batch_matmul_shape *s = &p->shape;
    for (int32_t i = 0; i < s->rows; i++) {
        for (int32_t j = 0; j < s->columns; j++) {
            *y++ = tkd_requantize_s16(dot(a + i * s->a_row_step, b + j * s->b_column_step, s), &p->out, 0);
        }
    }
    return y;
}

void tkd_batch_matmul_s16(const int16_t *a, const int16_t *b, int16_t *y, const tkd_batch_matmul_s16_params *p) {
    const tkd_rows *batches = &p->shape.batches;
    tkd_row row = tkd_rows_first(batches);
    do {
        for (int32_t i = 0; i < batches->row_count; i++) {
            const int16_t *pa = a + row.offset[0] + i * batches->row_step[0];
            const int16_t *pb = b + row.offset[1] + i * batches->row_step[1];
            y = multiply(pa, pb, y, p);
        }
    } while (tkd_rows_next(batches, &row));
}
