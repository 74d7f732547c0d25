/* Equals ConvPerChannel for int16 in reference/integer_ops/conv.h: taps outside of the image add nothing. */
#include "tkd_conv_2d_s16.h"

/* One filter over the part of the window at (y0, x0) that lies inside of the image. */
static int64_t filter(const int16_t *image, int32_t y0, int32_t x0, const int8_t *weights,
                      const tkd_conv_2d_s16_params *p) {
    const tkd_window *w = &p->window;
    int64_t sum = 0;
    for (int32_t ky = 0; ky < w->kernel_h; ky++) {
        const int32_t y = y0 + ky * w->dilation_h;
        for (int32_t kx = 0; kx < w->kernel_w; kx++, weights += p->depth) {
            const int32_t x = x0 + kx * w->dilation_w;
            if (y >= 0 && y < w->in_h && x >= 0 && x < w->in_w) {
                sum += tkd_dot_s16(image + (y * w->in_w + x) * p->in_channels, weights, p->depth);
            }
        }
    }
    return sum;
}

void tkd_conv_2d_s16(const int16_t *input, int16_t *output, const tkd_conv_2d_s16_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t taps = (uint32_t)w->kernel_h * w->kernel_w * p->depth;
    for (uint32_t n = 0; n < w->batches; n++, input += (uint32_t)w->in_h * w->in_w * p->in_channels) {
        for (int32_t y = 0; y < w->out_h; y++) {
            for (int32_t x = 0; x < w->out_w; x++) {
                const int32_t y0 = y * w->stride_h - w->pad_top, x0 = x * w->stride_w - w->pad_left;
                for (uint32_t c = 0; c < p->out_channels; c++) {
                    const int16_t *group = input + c / p->filters * p->depth;
                    const int64_t sum = filter(group, y0, x0, p->weights + c * taps, p);
                    *output++ = tkd_requantize_s16(sum + tkd_load_s64(p->bias + c), &p->out, c);
                }
            }
        }
    }
}
