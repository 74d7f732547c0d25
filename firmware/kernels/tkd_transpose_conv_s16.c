/* Equals reference/integer_ops/transpose_conv.h with sums of int64. */
#include "tkd_transpose_conv_s16.h"

#define INPUT int16_t
#define SUM int64_t
#define PARAMS tkd_transpose_conv_s16_params
#define DOT(x, w, depth, p) tkd_dot_s16((x), (w), (uint32_t)(depth))
#include "tkd_transpose_conv_body.h"

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
