/* Equals ConvPerChannel for int16 in reference/integer_ops/conv.h: taps outside of the image add nothing. */
#include "tkd_conv_2d_s16.h"
#include "tkd_dot_s16.h"

/* What one output pixel reads, of one group: the image from its first channel on, and where the window begins. */
typedef struct tkd_conv_s16_place {
    const int16_t *group;
    int32_t y, x;
} place;

/* Adds a run of `count` values to the sums of one filter or of four. */
static void run(const int16_t *x, const int8_t *w, uint32_t count, uint32_t filters, int64_t *sums,
                const tkd_conv_2d_s16_params *p) {
    if (filters == 1) {
        *sums += tkd_dot_s16(x, w, count);
    } else {
        tkd_dot_s16_1x4(x, w, (uint32_t)p->window.kernel_h * p->window.kernel_w * p->depth, count, sums);
    }
}

/* One row of the window: neighbouring taps of all channels are one run, others are a run each. */
static void row(const int16_t *line, int32_t x, const int8_t *weights, uint32_t filters, int64_t *sums,
                const tkd_conv_2d_s16_params *p) {
    const tkd_window *w = &p->window;
    if (w->dilation_w == 1 && p->depth == p->in_channels) {
        const int32_t first = x < 0 ? -x : 0, last = w->in_w - x < w->kernel_w ? w->in_w - x : w->kernel_w;
        if (last > first) {
            run(line + (x + first) * p->depth, weights + first * p->depth, (uint32_t)(last - first) * p->depth, filters,
                sums, p);
        }
        return;
    }
    for (int32_t kx = 0; kx < w->kernel_w; kx++, x += w->dilation_w, weights += p->depth) {
        if (x >= 0 && x < w->in_w) {
            run(line + x * p->in_channels, weights, p->depth, filters, sums, p);
        }
    }
}

/* One filter or four, over the part of the window that lies inside of the image. */
static void window(const place *at, const int8_t *weights, uint32_t filters, int64_t *sums,
                   const tkd_conv_2d_s16_params *p) {
    const tkd_window *w = &p->window;
    const int32_t step = (int32_t)w->kernel_w * p->depth;
    int32_t y = at->y;
    for (int32_t ky = 0; ky < w->kernel_h; ky++, y += w->dilation_h, weights += step) {
        if (y >= 0 && y < w->in_h) {
            row(at->group + y * w->in_w * p->in_channels, at->x, weights, filters, sums, p);
        }
    }
}

/* Channels [first, last) of one pixel, which are one group's. */
static void channels(const place *at, int16_t *output, uint32_t first, uint32_t last, const tkd_conv_2d_s16_params *p) {
    const uint32_t taps = (uint32_t)p->window.kernel_h * p->window.kernel_w * p->depth;
    while (first < last) {
        const uint32_t filters = last - first < 4 ? 1 : 4;
        int64_t sums[4];
        for (uint32_t i = 0; i < filters; i++) {
            sums[i] = tkd_load_s64(p->bias + first + i);
        }
        window(at, p->weights + first * taps, filters, sums, p);
        for (uint32_t i = 0; i < filters; i++, first++) {
            output[first] = tkd_requantize_s16(sums[i], &p->out, first);
        }
    }
}

void tkd_conv_2d_s16(const int16_t *input, int16_t *output, const tkd_conv_2d_s16_params *p) {
    const tkd_window *w = &p->window;
    for (uint32_t n = 0; n < w->batches; n++, input += (uint32_t)w->in_h * w->in_w * p->in_channels) {
        for (int32_t y = 0; y < w->out_h; y++) {
            for (int32_t x = 0; x < w->out_w; x++, output += p->out_channels) {
                place at = {input, y * w->stride_h - w->pad_top, x * w->stride_w - w->pad_left};
                for (uint32_t c = 0; c < p->out_channels; c += p->filters, at.group += p->depth) {
                    channels(&at, output, c, c + p->filters, p);
                }
            }
        }
    }
}
