/* Equals reference/integer_ops/transpose_conv.h. */
#include "tkd_transpose_conv_s8.h"

#include "tkd_flash.h"
#include "tkd_math.h"

static int32_t dot(const int8_t *x, const int8_t *w, int32_t depth, int32_t x_zero) {
    int32_t sum = 0;
    for (int32_t c = 0; c < depth; c++) {
        sum += (x[c] - x_zero) * TKD_LOAD_S8(w + c);
    }
    return sum;
}

/* The sum of all taps (ky, kx) through which an input lands on the output at (row, column), pads included. */
static int32_t gather(const int8_t *x, const int8_t *w, int32_t row, int32_t column,
                      const tkd_transpose_conv_params *p) {
    int32_t sum = 0;
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
            const int8_t *from = x + (in_row * p->width + in_column) * p->depth;
            sum += dot(from, w + (ky * p->kernel_width + kx) * p->depth, p->depth, p->x_zero);
        }
    }
    return sum;
}

void tkd_transpose_conv_s8(const int8_t *x, int8_t *y, const tkd_transpose_conv_params *p) {
    const int32_t filter = p->kernel_height * p->kernel_width * p->depth;
    for (int32_t batch = 0; batch < p->batch; batch++) {
        for (int32_t row = 0; row < p->y_height; row++) {
            for (int32_t column = 0; column < p->y_width; column++) {
                for (int32_t c = 0; c < p->y_depth; c++) {
                    const int32_t bias = TKD_LOAD_S32(p->bias + c);
                    const int8_t *w = p->weights + c * filter;
                    const int32_t sum = bias + gather(x, w, row + p->pad_height, column + p->pad_width, p);
                    const int32_t v = tkd_requantize(sum, TKD_LOAD_S32(p->multiplier + c), TKD_LOAD_S8(p->shift + c));
                    *y++ = (int8_t)tkd_clamp(v + p->y_zero, p->y_min, p->y_max);
                }
            }
        }
        x += p->height * p->width * p->depth;
    }
}
