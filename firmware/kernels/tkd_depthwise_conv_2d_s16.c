/*
 * Equals DepthwiseConvPerChannel for int16 in reference/integer_ops/depthwise_conv.h: taps outside of the image add
 * nothing. The part of a window that lies inside is found once for each pixel; four channels then share its loops.
 */
#include "tkd_depthwise_conv_2d_s16.h"

#define CHANNELS 4
#define MOST 256 /* products that fit 32 bits */

typedef tkd_depthwise_conv_2d_s16_params params;

/* Taps [first, end) of one axis lie inside of the image. */
typedef struct inside {
    int32_t first, end;
} inside;

static inside taps_inside(int32_t at, int32_t size, int32_t kernel, int32_t dilation) {
    const int32_t first = at < 0 ? (dilation - 1 - at) / dilation : 0;
    const int32_t last = size > at ? (size - at + dilation - 1) / dilation : 0;
    const inside taps = {first, last < kernel ? last : kernel};
    return taps;
}

/* What the sums of one pixel need: where its window begins, and which taps of it count. */
typedef struct place {
    const int16_t *image;
    int32_t y, x;
    inside rows, columns;
} place;

/* Adds `count` neighbouring taps of one row to the sums of four channels, which read the values at their offsets. */
static void add_row(const int16_t *x, const int8_t *w, int32_t count, const uint32_t offset[CHANNELS],
                    int64_t sums[CHANNELS], const params *p) {
    const uint32_t x_step = (uint32_t)p->in_channels * p->window.dilation_w, w_step = p->out_channels;
    const uint32_t o0 = offset[0], o1 = offset[1], o2 = offset[2], o3 = offset[3];
    int32_t a = 0, b = 0, c = 0, d = 0;
    uint32_t at = 0, k = 0;
    for (; count > 0; count--, at += x_step, k += w_step) {
        a += (int32_t)x[at + o0] * TKD_LOAD_S8(w + k);
        b += (int32_t)x[at + o1] * TKD_LOAD_S8(w + k + 1);
        c += (int32_t)x[at + o2] * TKD_LOAD_S8(w + k + 2);
        d += (int32_t)x[at + o3] * TKD_LOAD_S8(w + k + 3);
    }
    sums[0] += a;
    sums[1] += b;
    sums[2] += c;
    sums[3] += d;
}

/* The same for one channel. */
static int64_t row_of_one(const int16_t *x, const int8_t *w, int32_t count, const params *p) {
    const uint32_t x_step = (uint32_t)p->in_channels * p->window.dilation_w;
    uint32_t at = 0, k = 0;
    int32_t sum = 0;
    for (; count > 0; count--, at += x_step, k += p->out_channels) {
        sum += (int32_t)x[at] * TKD_LOAD_S8(w + k);
    }
    return sum;
}

/* Adds the taps of `count` channels from c on, one or four. */
static void add_taps(const place *at, uint32_t c, uint32_t count, const uint32_t offset[CHANNELS],
                     int64_t sums[CHANNELS], const params *p) {
    const tkd_window *w = &p->window;
    for (int32_t ky = at->rows.first; ky < at->rows.end; ky++) {
        const int16_t *const line = at->image + (at->y + ky * w->dilation_h) * w->in_w * p->in_channels;
        const int8_t *const weights = p->weights + (uint32_t)(ky * w->kernel_w) * p->out_channels + c;
        for (int32_t kx = at->columns.first; kx < at->columns.end; kx += MOST) {
            const int32_t left = at->columns.end - kx, some = left < MOST ? left : MOST;
            const int16_t *const x = line + (at->x + kx * w->dilation_w) * p->in_channels;
            if (count == CHANNELS) {
                add_row(x, weights + (uint32_t)kx * p->out_channels, some, offset, sums, p);
            } else {
                sums[0] += row_of_one(x + offset[0], weights + (uint32_t)kx * p->out_channels, some, p);
            }
        }
    }
}

static void pixel(const place *at, int16_t *output, const params *p) {
    for (uint32_t c = 0; c < p->out_channels;) {
        const uint32_t count = p->out_channels - c < CHANNELS ? 1 : CHANNELS;
        uint32_t offset[CHANNELS];
        int64_t sums[CHANNELS];
        for (uint32_t i = 0; i < count; i++) {
            offset[i] = p->multiplier == 1 ? c + i : (c + i) / p->multiplier;
            sums[i] = tkd_load_s64(p->bias + c + i);
        }
        add_taps(at, c, count, offset, sums, p);
        for (uint32_t i = 0; i < count; i++, c++) {
            output[c] = tkd_requantize_s16(sums[i], &p->out, c);
        }
    }
}

void tkd_depthwise_conv_2d_s16(const int16_t *input, int16_t *output, const params *p) {
    const tkd_window *w = &p->window;
    for (uint32_t n = 0; n < w->batches; n++, input += (uint32_t)w->in_h * w->in_w * p->in_channels) {
        for (int32_t y = 0; y < w->out_h; y++) {
            const int32_t y0 = y * w->stride_h - w->pad_top;
            const inside rows = taps_inside(y0, w->in_h, w->kernel_h, w->dilation_h);
            for (int32_t x = 0; x < w->out_w; x++, output += p->out_channels) {
                const int32_t x0 = x * w->stride_w - w->pad_left;
                const place at = {input, y0, x0, rows, taps_inside(x0, w->in_w, w->kernel_w, w->dilation_w)};
                pixel(&at, output, p);
            }
        }
    }
}
