/* The loops of tkd_conv_2d_s8 and its twin with a residual ADD; addend is NULL where there is none. */
#ifndef TKD_CONV_2D_BODY_H
#define TKD_CONV_2D_BODY_H

#include <stddef.h>
#include <string.h>

#include "tkd_conv_2d_s8.h"
#include "tkd_dot.h"
#include "tkd_flash.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The kernel_w taps of one row of the image, from column x0 on; row is NULL above and below the image. */
static inline int8_t *tkd_conv_gather_row(int8_t *to, const int8_t *row, int32_t x0, const tkd_conv_2d_params *p) {
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

/* The inputs of output pixel (y, x) of one group; outside of the image they are the zero point. */
static inline void tkd_conv_gather(int8_t *to, const int8_t *input, uint32_t y, uint32_t x,
                                   const tkd_conv_2d_params *p) {
    const tkd_window *w = &p->window;
    const int32_t x0 = (int32_t)(x * w->stride_w) - w->pad_left;
    int32_t y0 = (int32_t)(y * w->stride_h) - w->pad_top;
    for (uint32_t k = 0; k < w->kernel_h; k++, y0 += w->dilation_h) {
        const int inside = y0 >= 0 && y0 < w->in_h;
        const int8_t *row = inside ? input + (uint32_t)y0 * w->in_w * p->in_channels : NULL;
        to = tkd_conv_gather_row(to, row, x0, p);
    }
}

static inline void tkd_conv_store(int32_t acc, uint32_t channel, const int8_t *addend, int8_t *output, uint32_t at,
                                  const tkd_conv_2d_params *p) {
    int8_t value = tkd_requantize_channel(acc, &p->out, channel);
    if (addend != NULL) {
        value = tkd_add(value, addend[at], TKD_PARAMS(tkd_add_scale, *p->add));
    }
    output[at] = value;
}

/* Channels [first, last) of two pixels whose gathered inputs are in patch; at is the first pixel's address. */
static inline void tkd_conv_two(const int8_t *patch, uint32_t first, uint32_t last, const int8_t *addend,
                                int8_t *output, uint32_t at, const tkd_conv_2d_params *p) {
    const int8_t *weights = p->weights + first * p->patch;
    const uint32_t next = at + p->out_channels;
    uint32_t o = first;
    for (; o + 2 <= last; o += 2, weights += 2 * p->patch) {
        const int32_t b0 = TKD_LOAD_S32(p->bias + o), b1 = TKD_LOAD_S32(p->bias + o + 1);
        int32_t acc[4] = {b0, b1, b0, b1};
        tkd_dot_2x2(patch, weights, p->patch, acc);
        tkd_conv_store(acc[0], o, addend, output, at + o, p);
        tkd_conv_store(acc[1], o + 1, addend, output, at + o + 1, p);
        tkd_conv_store(acc[2], o, addend, output, next + o, p);
        tkd_conv_store(acc[3], o + 1, addend, output, next + o + 1, p);
    }
    if (o < last) {
        const int32_t b = TKD_LOAD_S32(p->bias + o);
        tkd_conv_store(tkd_dot_1x1(patch, weights, p->patch, b), o, addend, output, at + o, p);
        tkd_conv_store(tkd_dot_1x1(patch + p->patch, weights, p->patch, b), o, addend, output, next + o, p);
    }
}

/* Channels [first, last) of the last pixel of an odd number. */
static inline void tkd_conv_one(const int8_t *patch, uint32_t first, uint32_t last, const int8_t *addend,
                                int8_t *output, uint32_t at, const tkd_conv_2d_params *p) {
    for (uint32_t o = first; o < last; o++) {
        const int32_t b = TKD_LOAD_S32(p->bias + o);
        const int32_t acc = tkd_dot_1x1(patch, p->weights + o * p->patch, p->patch, b);
        tkd_conv_store(acc, o, addend, output, at + o, p);
    }
}

/* One group of one image: pixels in row-major order, two at a time. */
static inline void tkd_conv_image(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t group,
                                  const tkd_conv_2d_params *p, int8_t *scratch) {
    const tkd_window *w = &p->window;
    const uint32_t per_group = (uint32_t)p->out_channels / p->groups, first = group * per_group;
    uint32_t gathered = 0, at = 0;
    for (uint32_t y = 0; y < w->out_h; y++) {
        for (uint32_t x = 0; x < w->out_w; x++) {
            tkd_conv_gather(scratch + gathered * p->patch, input + group * p->depth, y, x, p);
            if (++gathered == 2) {
                tkd_conv_two(scratch, first, first + per_group, addend, output, at, p);
                at += 2 * (uint32_t)p->out_channels;
                gathered = 0;
            }
        }
    }
    if (gathered == 1) {
        tkd_conv_one(scratch, first, first + per_group, addend, output, at, p);
    }
}

static inline void tkd_conv_2d(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_params *p,
                               void *scratch) {
    const tkd_window *w = &p->window;
    const uint32_t in_bytes = (uint32_t)w->in_h * w->in_w * p->in_channels;
    const uint32_t out_bytes = (uint32_t)w->out_h * w->out_w * p->out_channels;
    for (uint32_t n = 0; n < w->batches; n++, input += in_bytes, output += out_bytes) {
        for (uint32_t g = 0; g < p->groups; g++) {
            tkd_conv_image(input, addend, output, g, p, (int8_t *)scratch);
        }
        addend = addend == NULL ? NULL : addend + out_bytes;
    }
}

#ifdef __cplusplus
}
#endif
#endif
