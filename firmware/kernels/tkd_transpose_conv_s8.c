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

#define INPUT int8_t
#define SUM int32_t
#define PARAMS tkd_transpose_conv_params
#define DOT(x, w, depth, p) dot((x), (w), (depth), (p)->x_zero)
#include "tkd_transpose_conv_body.h"

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
