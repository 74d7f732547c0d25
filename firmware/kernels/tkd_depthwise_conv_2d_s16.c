/* Equals DepthwiseConvPerChannel for int16 in reference/integer_ops/depthwise_conv.h. */
#include "tkd_depthwise_conv_2d_s16.h"

/* The filter of output channel c over the part of the window at (y0, x0) that lies inside of the image. */
static int64_t filter(const int16_t *image, int32_t y0, int32_t x0, uint32_t c,
                      const tkd_depthwise_conv_2d_s16_params *p) {
    const tkd_window *w = &p->window;
    const int16_t *channel = image + c / p->multiplier;
    uint32_t weight = c;
    int64_t sum = 0;
    for (int32_t ky = 0; ky < w->kernel_h; ky++) {
        const int32_t y = y0 + ky * w->dilation_h;
        for (int32_t kx = 0; kx < w->kernel_w; kx++, weight += p->out_channels) {
            const int32_t x = x0 + kx * w->dilation_w;
            if (y >= 0 && y < w->in_h && x >= 0 && x < w->in_w) {
                sum += (int32_t)channel[(y * w->in_w + x) * p->in_channels] * TKD_LOAD_S8(p->weights + weight);
            }
        }
    }
    return sum;
}

void tkd_depthwise_conv_2d_s16(const int16_t *input, int16_t *output, const tkd_depthwise_conv_2d_s16_params *p) {
    const tkd_window *w = &p->window;
    for (uint32_t n = 0; n < w->batches; n++, input += (uint32_t)w->in_h * w->in_w * p->in_channels) {
        for (int32_t y = 0; y < w->out_h; y++) {
            for (int32_t x = 0; x < w->out_w; x++) {
                const int32_t y0 = y * w->stride_h - w->pad_top, x0 = x * w->stride_w - w->pad_left;
                for (uint32_t c = 0; c < p->out_channels; c++) {
                    const int64_t sum = filter(input, y0, x0, c, p) + tkd_load_s64(p->bias + c);
                    *output++ = tkd_requantize_s16(sum, &p->out, c);
                }
            }
        }
    }
}
