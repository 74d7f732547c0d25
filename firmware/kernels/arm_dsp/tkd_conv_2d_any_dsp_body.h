/*
 * The loops of tkd_conv_2d_any_dsp_s8 and its twin with a residual ADD; addend is NULL where there is none.
 *
 * What includes this says with tkd_dsp_store_any which of the two it is.
 */
#ifndef TKD_CONV_2D_ANY_DSP_BODY_H
#define TKD_CONV_2D_ANY_DSP_BODY_H

#include <stddef.h>

#include "tkd_conv_2d_any_dsp_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One group's output of one pixel from the convolution's result. */
static inline void tkd_dsp_store_any(const int8_t *result, const int8_t *addend, int8_t *output,
                                     const tkd_conv_2d_any_dsp_params *p);

/* The taps of one pixel whose window starts at (y, x), of the group that begins at input, as bytes. */
static inline void tkd_dsp_copy_taps(const int8_t *input, const tkd_conv_2d_any_dsp_params *p, int32_t y, int32_t x,
                                     int8_t *to) {
    const tkd_window *w = &p->window;
    const int32_t channels = p->depth * p->groups;
    for (int32_t ky = 0; ky < w->kernel_h; ky++) {
        for (int32_t kx = 0; kx < w->kernel_w; kx++, to += p->depth) {
            const int32_t row = y + ky * w->dilation_h, column = x + kx * w->dilation_w;
            if (row >= 0 && row < w->in_h && column >= 0 && column < w->in_w) {
                memcpy(to, input + (row * w->in_w + column) * channels, p->depth);
            } else {
                memset(to, p->input_zero_point, p->depth);
            }
        }
    }
}

/* A group of up to three pixels of one image: where their windows start. */
typedef struct tkd_dsp_places {
    int32_t group, count;
    int32_t y[TKD_DSP_PIXELS], x[TKD_DSP_PIXELS];
} tkd_dsp_places;

/* The group's first channel of the first of these pixels is at output. */
static inline void tkd_dsp_group(const int8_t *input, const int8_t *addend, int8_t *output,
                                 const tkd_conv_2d_any_dsp_params *p, const tkd_dsp_places *at, uint32_t *pixels) {
    tkd_dsp_filters filters = p->filters;
    const int32_t words = filters.words, channels = filters.channels, step = channels * p->groups;
    int8_t *const bytes = (int8_t *)(pixels + TKD_DSP_PIXELS * words), *const result = bytes + 2 * words;
    filters.weights += (uint32_t)at->group * p->stream;
    for (int32_t i = 0; i < at->count; i++) {
        tkd_dsp_copy_taps(input + at->group * p->depth, p, at->y[i], at->x[i], bytes);
        (void)tkd_dsp_widen(bytes, pixels + i, words / 2);
    }
    tkd_dsp_pixels(pixels, result, at->count, &filters);
    for (int32_t i = 0; i < at->count; i++) {
        tkd_dsp_store_any(result + i * channels, addend == NULL ? NULL : addend + i * step, output + i * step, p);
    }
}

/* One image: output pixels in row-major order, three at a time. */
static inline void tkd_conv_2d_any_dsp_image(const int8_t *input, const int8_t *addend, int8_t *output,
                                             const tkd_conv_2d_any_dsp_params *p, uint32_t *pixels) {
    const tkd_window *w = &p->window;
    const int32_t channels = p->filters.channels, all = channels * p->groups, image = w->out_h * w->out_w;
    for (int32_t pixel = 0; pixel < image; pixel += TKD_DSP_PIXELS) {
        tkd_dsp_places at = {0, 0, {0, 0, 0}, {0, 0, 0}};
        for (; at.count < TKD_DSP_PIXELS && pixel + at.count < image; at.count++) {
            const int32_t place = pixel + at.count;
            at.y[at.count] = place / w->out_w * w->stride_h - w->pad_top;
            at.x[at.count] = place % w->out_w * w->stride_w - w->pad_left;
        }
        for (; at.group < p->groups; at.group++) {
            const int32_t from = pixel * all + at.group * channels;
            tkd_dsp_group(input, addend == NULL ? NULL : addend + from, output + from, p, &at, pixels);
        }
    }
}

static inline void tkd_conv_2d_any_dsp(const int8_t *input, const int8_t *addend, int8_t *output,
                                       const tkd_conv_2d_any_dsp_params *p, void *scratch) {
    const tkd_window *w = &p->window;
    const int32_t in_bytes = w->in_h * w->in_w * p->depth * p->groups;
    const int32_t out_bytes = w->out_h * w->out_w * p->filters.channels * p->groups;
    uint32_t *const pixels = (uint32_t *)scratch;
    memset(pixels + TKD_DSP_PIXELS * p->filters.words, 0, 2u * p->filters.words); /* behind a pixel's last value */
    for (int32_t n = 0; n < w->batches; n++) {
        tkd_conv_2d_any_dsp_image(input, addend, output, p, pixels);
        input += in_bytes;
        output += out_bytes;
        addend = addend == NULL ? NULL : addend + out_bytes;
    }
}

#ifdef __cplusplus
}
#endif
#endif
