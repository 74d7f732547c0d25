/* Equals reference/integer_ops/transpose_conv.h with sums of int64. */
#include "tkd_transpose_conv_s16.h"

/* The sum of all taps (ky, kx) through which an input lands on the output at (row, column), pads included. */
static int64_t gather(const int16_t *x, const int8_t *w, int32_t row, int32_t column,
                      const tkd_transpose_conv_s16_params *p) {
    int64_t sum = 0;
    for (int32_t ky = row % p->stride_height; ky < p->kernel_height; ky += p->stride_height) {
        const int32_t in_row = (row - ky) / p->stride_height;
        if (row < ky || in_row >= p->height) {
            continue;
        }
        for (int32_t kx = column % p->stride_width; kx < p->kernel_width; kx += p->stride_width) {
            const int32_t in_column = (column - kx) / p->stride_width;
            if (column < kx || in_column >= p->width) {
                continue;
            }
            const int16_t *from = x + (in_row * p->width + in_column) * p->depth;
            sum += tkd_dot_s16(from, w + (ky * p->kernel_width + kx) * p->depth, (uint32_t)p->depth);
        }
    }
    return sum;
}

void tkd_transpose_conv_s16(const int16_t *x, int16_t *y, const tkd_transpose_conv_s16_params *p) {
    const int32_t filter = p->kernel_height * p->kernel_width * p->depth;
    for (int32_t batch = 0; batch < p->batch; batch++) {
        for (int32_t row = 0; row < p->y_height; row++) {
            for (int32_t column = 0; column < p->y_width; column++) {
                for (int32_t c = 0; c < p->y_depth; c++) {
                    const int8_t *w = p->weights + c * filter;
                    const int64_t sum = gather(x, w, row + p->pad_height, column + p->pad_width, p);
                    *y++ = tkd_requantize_s16(sum + tkd_load_s64(p->bias + c), &p->out, (uint32_t)c);
                }
            }
        }
        x += p->height * p->width * p->depth;
    }
}
