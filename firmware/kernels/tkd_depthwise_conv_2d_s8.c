#include "tkd_depthwise_conv_2d_s8.h"

#include <string.h>

/* One channel of the image into the padded plane; pixels outside of the image are the zero point. */
static void load_plane(int8_t *plane, const int8_t *input, const tkd_depthwise_conv_2d_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t below = (uint32_t)p->plane_h - w->pad_top, right = (uint32_t)p->plane_w - w->pad_left;
    const uint32_t height = w->in_h < below ? w->in_h : below;
    const uint32_t width = w->in_w < right ? w->in_w : right;
    memset(plane, p->input_zero_point, (size_t)((uint32_t)p->plane_h * p->plane_w));
    for (uint32_t y = 0; y < height; y++) {
        const int8_t *line = input + y * w->in_w * p->in_channels;
        int8_t *to = plane + (y + w->pad_top) * p->plane_w + w->pad_left;
        uint32_t from = 0;
        for (uint32_t x = 0; x < width; x++, from += p->in_channels) {
            to[x] = line[from];
        }
    }
}

/* The window at one place of the plane. */
static int32_t window_at(const int8_t *at, const int8_t *weights, int32_t acc, const tkd_depthwise_conv_2d_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t down = (uint32_t)w->dilation_h * p->plane_w;
    uint32_t line = 0;
    for (uint32_t y = 0; y < w->kernel_h; y++, line += down) {
        uint32_t x = line;
        for (uint32_t k = 0; k < w->kernel_w; k++, x += w->dilation_w) {
            acc += at[x] * TKD_LOAD_S8(weights);
            weights++;
        }
    }
    return acc;
}

/* 3x3 without dilation. */
static int32_t window_3x3(const int8_t *at, const int8_t *f, int32_t acc, uint32_t row) {
    const int8_t *b = at + row, *c = b + row;
    acc = acc + at[0] * TKD_LOAD_S8(f) + at[1] * TKD_LOAD_S8(f + 1) + at[2] * TKD_LOAD_S8(f + 2);
    acc = acc + b[0] * TKD_LOAD_S8(f + 3) + b[1] * TKD_LOAD_S8(f + 4) + b[2] * TKD_LOAD_S8(f + 5);
    acc = acc + c[0] * TKD_LOAD_S8(f + 6) + c[1] * TKD_LOAD_S8(f + 7) + c[2] * TKD_LOAD_S8(f + 8);
    return acc;
}

/* All outputs of one channel. No pointer steps beyond the last one: nothing may be there that it could point to. */
static void slide(const int8_t *plane, int8_t *output, uint32_t channel, const tkd_depthwise_conv_2d_params *p) {
    const tkd_window *w = &p->window;
    const int8_t *weights = p->weights + channel * w->kernel_h * w->kernel_w;
    const int32_t bias = TKD_LOAD_S32(p->bias + channel);
    const uint32_t channels = (uint32_t)p->in_channels * p->multiplier;
    const int small = w->kernel_h == 3 && w->kernel_w == 3 && w->dilation_h == 1 && w->dilation_w == 1;
    int8_t *to = output + channel;
    for (uint32_t y = w->out_h;; plane += (uint32_t)w->stride_h * p->plane_w, to += channels) {
        const int8_t *at = plane;
        for (uint32_t x = w->out_w;; at += w->stride_w, to += channels) {
            const int32_t acc = small ? window_3x3(at, weights, bias, p->plane_w) : window_at(at, weights, bias, p);
            *to = tkd_requantize_channel(acc, &p->out, channel);
            if (--x == 0) {
                break;
            }
        }
        if (--y == 0) {
            break;
        }
    }
}

void tkd_depthwise_conv_2d_s8(const int8_t *input, int8_t *output, const tkd_depthwise_conv_2d_params *p,
                              void *scratch) {
    const tkd_window *w = &p->window;
    int8_t *plane = (int8_t *)scratch;
    for (uint32_t n = 0; n < w->batches; n++) {
        for (uint32_t c = 0; c < p->in_channels; c++) {
            load_plane(plane, input + c, p);
            for (uint32_t m = 0; m < p->multiplier; m++) {
                slide(plane, output, c * p->multiplier + m, p);
            }
        }
        input += (uint32_t)w->in_h * w->in_w * p->in_channels;
        output += (uint32_t)w->out_h * w->out_w * p->in_channels * p->multiplier;
    }
}
