/* The loops of tkd_conv_2d_xtensa_s8 and its twin with a residual ADD; addend is NULL where there is none. */
#ifndef TKD_CONV_2D_XTENSA_BODY_H
#define TKD_CONV_2D_XTENSA_BODY_H

#include <stddef.h>
#include <string.h>

#include "tkd_conv_2d_xtensa_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where the next values of a pixel go. */
typedef struct tkd_xtensa_cursor {
    tkd_xtensa_block *block;
    uint32_t pixel, k;
} tkd_xtensa_cursor;

/* count values at x, or padding where x is NULL. */
static inline void tkd_xtensa_append(tkd_xtensa_cursor *to, const int8_t *x, uint32_t count,
                                     const tkd_conv_2d_xtensa_params *p) {
    tkd_xtensa_put(to->block, to->pixel, to->k, x, p->input_zero_point, count);
    to->k += count;
}

/* The kernel_w taps of one row of the image, from column x0 on; row is NULL above and below the image. */
static inline void tkd_xtensa_append_row(tkd_xtensa_cursor *to, const int8_t *row, int32_t x0,
                                         const tkd_conv_2d_xtensa_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t all = (uint32_t)w->kernel_w * p->depth;
    if (row == NULL) {
        tkd_xtensa_append(to, NULL, all, p);
        return;
    }
    if (p->groups == 1 && w->dilation_w == 1 && x0 >= 0 && x0 + w->kernel_w <= w->in_w) {
        tkd_xtensa_append(to, row + (uint32_t)x0 * p->in_channels, all, p);
        return;
    }
    for (uint32_t tap = 0; tap < w->kernel_w; tap++, x0 += w->dilation_w) {
        const int inside = x0 >= 0 && x0 < w->in_w;
        tkd_xtensa_append(to, inside ? row + (uint32_t)x0 * p->in_channels : NULL, p->depth, p);
    }
}

/* The inputs of output pixel (y, x) of one group. */
static inline void tkd_xtensa_append_window(tkd_xtensa_cursor to, const int8_t *input, uint32_t y, uint32_t x,
                                            const tkd_conv_2d_xtensa_params *p) {
    const tkd_window *w = &p->window;
    const int32_t x0 = (int32_t)(x * w->stride_w) - w->pad_left;
    int32_t y0 = (int32_t)(y * w->stride_h) - w->pad_top;
    for (uint32_t tap = 0; tap < w->kernel_h; tap++, y0 += w->dilation_h) {
        const int inside = y0 >= 0 && y0 < w->in_h;
        tkd_xtensa_append_row(&to, inside ? input + (uint32_t)y0 * w->in_w * p->in_channels : NULL, x0, p);
    }
    tkd_xtensa_end(to.block, to.pixel, p->filters.depth);
}

/* count pixels that are lined up; the addend is that of the first, result has room for their outputs. */
static inline const int32_t *tkd_conv_2d_xtensa_block(const tkd_xtensa_block *block, uint32_t count,
                                                      const int8_t *addend, int8_t *output, const int32_t *stream,
                                                      const tkd_conv_2d_xtensa_params *p) {
    int8_t *result = (int8_t *)block->values + tkd_xtensa_block_bytes(p->filters.depth);
    const int32_t *end = tkd_xtensa_pixels(block, count, addend == NULL ? output : result, stream, &p->filters);
    if (addend != NULL) {
        tkd_xtensa_add(output, result, addend, count * p->filters.step, p->add);
    }
    return end;
}

/* One group of one image: pixels in row-major order, four at a time. Returns the stream of the next group. */
static inline const int32_t *tkd_conv_2d_xtensa_image(const int8_t *input, const int8_t *addend, int8_t *output,
                                                      const int32_t *stream, const tkd_conv_2d_xtensa_params *p,
                                                      uint8_t *scratch) {
    const uint32_t width = p->window.out_w;
    const int32_t *end = stream;
    tkd_xtensa_block block = {scratch, {0}};
    uint32_t y = 0, x = 0, at = 0; /* an offset: behind the last pixel of a later group is no place of the output */
    for (uint32_t left = width * p->window.out_h; left > 0;) {
        const uint32_t count = left < TKD_XTENSA_PIXELS ? left : TKD_XTENSA_PIXELS;
        for (uint32_t i = 0; i < count; i++) {
            const tkd_xtensa_cursor pixel = {&block, i, 0};
            tkd_xtensa_append_window(pixel, input, y, x, p);
            x = x + 1 == width ? 0 : x + 1;
            y += x == 0;
        }
        end = tkd_conv_2d_xtensa_block(&block, count, addend == NULL ? NULL : addend + at, output + at, stream, p);
        at += count * p->filters.step;
        left -= count;
    }
    return end;
}

static inline void tkd_conv_2d_xtensa(const int8_t *input, const int8_t *addend, int8_t *output,
                                      const tkd_conv_2d_xtensa_params *p, void *scratch) {
    const tkd_window *w = &p->window;
    const uint32_t in_bytes = (uint32_t)w->in_h * w->in_w * p->in_channels;
    const uint32_t out_bytes = (uint32_t)w->out_h * w->out_w * p->filters.step;
    for (uint32_t n = 0; n < w->batches; n++, input += in_bytes, output += out_bytes) {
        const int32_t *stream = p->filters.stream;
        for (uint32_t g = 0; g < p->groups; g++) {
            stream = tkd_conv_2d_xtensa_image(input + g * p->depth, addend, output + g * p->filters.channels, stream, p,
                                              (uint8_t *)scratch);
        }
        addend = addend == NULL ? NULL : addend + out_bytes;
    }
}

#ifdef __cplusplus
}
#endif
#endif
