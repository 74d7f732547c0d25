/* The loops of tkd_conv_2d_rv32_s8 and its twin with a residual ADD; addend is NULL where there is none. */
#ifndef TKD_CONV_2D_RV32_BODY_H
#define TKD_CONV_2D_RV32_BODY_H

#include <stddef.h>
#include <string.h>

#include "tkd_conv_2d_rv32_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The kernel_w taps of one row of the image, from column x0 on; row is NULL above and below the image. */
static inline int8_t *tkd_rv32_gather_row(int8_t *to, const int8_t *row, int32_t x0, const tkd_conv_2d_rv32_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t bytes = (uint32_t)w->kernel_w * p->depth;
    if (row == NULL) {
        memset(to, p->input_zero_point, (size_t)bytes);
        return to + bytes;
    }
    if (p->groups == 1 && w->dilation_w == 1 && x0 >= 0 && x0 + w->kernel_w <= w->in_w) {
        memcpy(to, row + (uint32_t)x0 * p->in_channels, (size_t)bytes);
        return to + bytes;
    }
    for (uint32_t k = 0; k < w->kernel_w; k++, x0 += w->dilation_w, to += p->depth) {
        if (x0 >= 0 && x0 < w->in_w) {
            memcpy(to, row + (uint32_t)x0 * p->in_channels, p->depth);
        } else {
            memset(to, p->input_zero_point, p->depth);
        }
    }
    return to;
}

/* The inputs of output pixel (y, x) of one group. */
static inline void tkd_rv32_gather(int8_t *to, const int8_t *input, uint32_t y, uint32_t x,
                                   const tkd_conv_2d_rv32_params *p) {
    const tkd_window *w = &p->window;
    const int32_t x0 = (int32_t)(x * w->stride_w) - w->pad_left;
    int32_t y0 = (int32_t)(y * w->stride_h) - w->pad_top;
    for (uint32_t k = 0; k < w->kernel_h; k++, y0 += w->dilation_h) {
        const int inside = y0 >= 0 && y0 < w->in_h;
        const int8_t *row = inside ? input + (uint32_t)y0 * w->in_w * p->in_channels : NULL;
        to = tkd_rv32_gather_row(to, row, x0, p);
    }
}

/* count gathered pixels; the addend is that of the first. */
static inline const int32_t *tkd_conv_2d_rv32_block(int8_t *scratch, uint32_t count, const int8_t *addend,
                                                    int8_t *output, const int32_t *stream,
                                                    const tkd_conv_2d_rv32_params *p) {
    int8_t *result = scratch + TKD_RV32_PIXELS * p->filters.depth;
    const int32_t *end = tkd_rv32_pixels(scratch, count, addend == NULL ? output : result, stream, &p->filters);
    if (addend != NULL) {
        tkd_rv32_add(result, addend, count * p->filters.step, p->add);
        memcpy(output, result, (size_t)(count * p->filters.step));
    }
    return end;
}

/* One group of one image: pixels in row-major order, four at a time. Returns the stream of the next group. */
static inline const int32_t *tkd_conv_2d_rv32_image(const int8_t *input, const int8_t *addend, int8_t *output,
                                                    const int32_t *stream, const tkd_conv_2d_rv32_params *p,
                                                    int8_t *scratch) {
    const uint32_t width = p->window.out_w, pixels = width * p->window.out_h;
    const int32_t *end = stream;
    uint32_t y = 0, x = 0, at = 0; /* an offset: behind the last pixel of a later group is no place of the output */
    for (uint32_t left = pixels; left > 0;) {
        const uint32_t count = left < TKD_RV32_PIXELS ? left : TKD_RV32_PIXELS;
        for (uint32_t i = 0; i < count; i++) {
            tkd_rv32_gather(scratch + i * p->filters.depth, input, y, x, p);
            x = x + 1 == width ? 0 : x + 1;
            y += x == 0;
        }
        end = tkd_conv_2d_rv32_block(scratch, count, addend == NULL ? NULL : addend + at, output + at, stream, p);
        at += count * p->filters.step;
        left -= count;
    }
    return end;
}

static inline void tkd_conv_2d_rv32(const int8_t *input, const int8_t *addend, int8_t *output,
                                    const tkd_conv_2d_rv32_params *p, void *scratch) {
    const tkd_window *w = &p->window;
    const uint32_t in_bytes = (uint32_t)w->in_h * w->in_w * p->in_channels;
    const uint32_t out_bytes = (uint32_t)w->out_h * w->out_w * p->filters.step;
    for (uint32_t n = 0; n < w->batches; n++, input += in_bytes, output += out_bytes) {
        const int32_t *stream = p->filters.stream;
        for (uint32_t g = 0; g < p->groups; g++) {
            stream = tkd_conv_2d_rv32_image(input + g * p->depth, addend, output + g * p->filters.channels, stream, p,
                                            (int8_t *)scratch);
        }
        addend = addend == NULL ? NULL : addend + out_bytes;
    }
}

#ifdef __cplusplus
}
#endif
#endif
