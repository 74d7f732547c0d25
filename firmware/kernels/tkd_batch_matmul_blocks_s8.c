#include "tkd_batch_matmul_blocks_s8.h"

#include "tkd_dot.h"
#include "tkd_math.h"

#define COLUMNS 4

typedef tkd_batch_matmul_params params;

/* What all matrices share. */
typedef struct room {
    int32_t *row_sums; /* [rows] */
    int8_t *row;       /* [depth] */
    int8_t *columns;   /* [COLUMNS][depth] */
} room;

static int32_t sum_of(const int8_t *from, int32_t count) {
    int32_t sum = 0;
    for (int32_t k = 0; k < count; k++) {
        sum += from[k];
    }
    return sum;
}

/* `count` values that are step bytes apart, end to end. */
static const int8_t *gathered(const int8_t *from, int32_t step, int32_t count, int8_t *to) {
    if (step == 1) {
        return from;
    }
    for (int32_t k = 0; k < count; k++) {
        to[k] = from[k * step];
    }
    return to;
}

/* Row i of a as neighbouring values. */
static const int8_t *row_of(const int8_t *a, int32_t i, const params *p, const room *in) {
    return gathered(a + i * p->shape.a_row_step, p->shape.a_depth_step, p->shape.depth, in->row);
}

/* Up to four columns of b from column j on, each as neighbouring values, one after the other. */
static const int8_t *columns_of(const int8_t *b, int32_t j, int32_t count, const params *p, const room *in) {
    const int32_t depth = p->shape.depth;
    b += j * p->shape.b_column_step;
    if (p->shape.b_depth_step == 1) {
        return b;
    }
    for (int32_t c = 0; c < count; c++) {
        (void)gathered(b + c * p->shape.b_column_step, p->shape.b_depth_step, depth, in->columns + c * depth);
    }
    return in->columns;
}

/* `count` outputs of one row: `base` is what their sums begin with. */
static void outputs(const int8_t *row, const int8_t *columns, int32_t count, const int32_t base[COLUMNS],
                    int32_t offset, int8_t *y, const params *p) {
    const uint32_t depth = (uint32_t)p->shape.depth;
    int32_t sums[COLUMNS];
    for (int32_t c = 0; c < count; c++) {
        sums[c] = base[c] - offset;
    }
    if (count == COLUMNS) {
        tkd_dot_1x4(row, columns, depth, sums);
    }
    for (int32_t c = 0; c < count; c++) {
        const int32_t sum =
            count == COLUMNS ? sums[c] : tkd_dot_1x1(row, columns + (uint32_t)c * depth, depth, sums[c]);
        y[c] = (int8_t)tkd_clamp(tkd_requantize(sum, p->multiplier, p->shift) + p->y_zero, -128, 127);
    }
}

/* All rows of `count` columns from column j on. */
static void block(const int8_t *a, const int8_t *b, int8_t *y, int32_t j, int32_t count, const params *p,
                  const room *in) {
    const int32_t depth = p->shape.depth;
    const int8_t *const columns = columns_of(b, j, count, p, in);
    int32_t base[COLUMNS];
    for (int32_t c = 0; c < count; c++) {
        base[c] = p->a_zero * (p->b_zero * depth - sum_of(columns + c * depth, depth));
    }
    for (int32_t i = 0; i < p->shape.rows; i++) {
        outputs(row_of(a, i, p, in), columns, count, base, p->b_zero * in->row_sums[i], y + i * p->shape.columns + j,
                p);
    }
}

/* One matrix. */
static void multiply(const int8_t *a, const int8_t *b, int8_t *y, const params *p, const room *in) {
    for (int32_t i = 0; i < p->shape.rows; i++) {
        in->row_sums[i] = p->b_zero == 0 ? 0 : sum_of(row_of(a, i, p, in), p->shape.depth);
    }
    for (int32_t j = 0; j < p->shape.columns; j += COLUMNS) {
        const int32_t left = p->shape.columns - j;
        block(a, b, y, j, left < COLUMNS ? left : COLUMNS, p, in);
    }
}

void tkd_batch_matmul_blocks_s8(const int8_t *a, const int8_t *b, int8_t *y, const params *p, void *scratch) {
    const tkd_rows *batches = &p->shape.batches;
    int32_t *const sums = (int32_t *)scratch;
    int8_t *const bytes = (int8_t *)(sums + p->shape.rows);
    const room own = {sums, bytes, bytes + p->shape.depth};
    tkd_row row = tkd_rows_first(batches);
    do {
        for (int32_t i = 0; i < batches->row_count; i++, y += p->shape.rows * p->shape.columns) {
            multiply(a + row.offset[0] + i * batches->row_step[0], b + row.offset[1] + i * batches->row_step[1], y, p,
                     &own);
        }
    } while (tkd_rows_next(batches, &row));
}
