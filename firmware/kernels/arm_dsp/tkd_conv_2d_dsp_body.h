/*
 * The loops of tkd_conv_2d_dsp_s8 and its twin with a residual ADD; addend is NULL where there is none.
 *
 * What includes this says with tkd_dsp_store which of the two it is, so that the one needs no code of the other.
 */
#ifndef TKD_CONV_2D_DSP_BODY_H
#define TKD_CONV_2D_DSP_BODY_H

#include <stddef.h>

#include "tkd_conv_2d_dsp_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Outputs of `count` (1..3) pixels, with addend in the twin; arguments as tkd_dsp_pixels_add has them. */
static inline void tkd_dsp_store(const uint32_t *pixels, const int8_t *addend, int8_t *output, int32_t count,
                                 const tkd_dsp_filters *f, const tkd_dsp_add_scale *add, int8_t *result);

/* Where an output pixel reads: rows above, inside and below the image, each of bytes beside it and in it. */
typedef struct tkd_dsp_patch {
    int32_t above, inside, below; /* rows */
    int32_t left, middle, right;  /* bytes: padding, input, padding */
    const int8_t *first;          /* the first input byte; the image itself where the patch has none */
    int32_t row_bytes;
} tkd_dsp_patch;

/* Of `size` places from `at` on: how many lie before, in and behind [0, end). */
static inline void tkd_dsp_split(int32_t at, int32_t size, int32_t end, int32_t parts[3]) {
    const int32_t over = at + size - end;
    parts[0] = at >= 0 ? 0 : -at < size ? -at : size;
    parts[2] = over <= 0 ? 0 : over < size - parts[0] ? over : size - parts[0];
    parts[1] = size - parts[0] - parts[2];
}

static inline tkd_dsp_patch tkd_dsp_patch_at(const int8_t *input, const tkd_conv_2d_dsp_params *p, int32_t y,
                                             int32_t x) {
    const tkd_window *w = &p->window;
    const int32_t depth = p->in_channels, row_bytes = w->in_w * depth;
    int32_t rows[3], columns[3];
    tkd_dsp_split(y, w->kernel_h, w->in_h, rows);
    tkd_dsp_split(x, w->kernel_w, w->in_w, columns);
    const int32_t any = rows[1] > 0 && columns[1] > 0;
    const tkd_dsp_patch patch = {rows[0],
                                 rows[1],
                                 rows[2],
                                 columns[0] * depth,
                                 columns[1] * depth,
                                 columns[2] * depth,
                                 any ? input + (y + rows[0]) * row_bytes + (x + columns[0]) * depth : input,
                                 any ? row_bytes : 0};
    return patch;
}

/* Words of `bytes` values from word `at` of `to` on. Returns where the pixel goes on; no pointer goes there, as that of
 * the last word's successor lies beyond the array for pixels 1 and 2. */
static inline int32_t tkd_dsp_fill_words(uint32_t *to, int32_t at, int32_t zero, int32_t bytes) {
    const uint32_t word = ((uint32_t)zero & 0xffffu) | ((uint32_t)zero << 16);
    for (; bytes > 0; bytes -= 2) {
        to[at] = word;
        at += TKD_DSP_PIXELS;
    }
    return at;
}

/* One pixel where in_channels % 4 == 0, so that every run is whole words. */
static inline void tkd_dsp_gather_words(tkd_dsp_patch a, const tkd_conv_2d_dsp_params *p, uint32_t *to) {
    const int32_t zero = p->input_zero_point, row = a.left + a.middle + a.right;
    int32_t at = tkd_dsp_fill_words(to, 0, zero, a.above * row);
    for (int32_t i = 0; i < a.inside; i++) {
        at = tkd_dsp_fill_words(to, at, zero, a.left);
        (void)tkd_dsp_widen(a.first + i * a.row_bytes, to + at, a.middle / 4);
        at = tkd_dsp_fill_words(to, at + a.middle / 4 * TKD_DSP_FOUR, zero, a.right);
    }
    (void)tkd_dsp_fill_words(to, at, zero, a.below * row);
}

static inline int8_t *tkd_dsp_fill_bytes(int8_t *to, int32_t zero, int32_t bytes) {
    for (; bytes > 0; bytes--) {
        *to++ = (int8_t)zero;
    }
    return to;
}

static inline int8_t *tkd_dsp_copy_bytes(int8_t *to, const int8_t *from, int32_t bytes) {
    for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
        tkd_store4(to, tkd_load4(from));
    }
    for (; bytes > 0; bytes--) {
        *to++ = *from++;
    }
    return to;
}

/* One pixel of any number of channels, by way of bytes. */
static inline void tkd_dsp_gather_bytes(tkd_dsp_patch a, const tkd_conv_2d_dsp_params *p, uint32_t *to, int8_t *bytes) {
    const int32_t zero = p->input_zero_point, words = p->filters.words, row = a.left + a.middle + a.right;
    int8_t *next = tkd_dsp_fill_bytes(bytes, zero, a.above * row);
    for (int32_t i = 0; i < a.inside; i++) {
        next = tkd_dsp_fill_bytes(next, zero, a.left);
        next = tkd_dsp_copy_bytes(next, a.first + i * a.row_bytes, a.middle);
        next = tkd_dsp_fill_bytes(next, zero, a.right);
    }
    next = tkd_dsp_fill_bytes(next, zero, a.below * row);
    (void)tkd_dsp_fill_bytes(next, 0, (int32_t)(bytes + 2 * words - next));
    (void)tkd_dsp_widen(bytes, to, words / 2);
}

/* One pixel whose window lies inside of the image, from its first byte on: kernel_h runs of `run` bytes. */
static inline void tkd_dsp_gather_inside(const int8_t *row, int32_t row_bytes, int32_t run,
                                         const tkd_conv_2d_dsp_params *p, uint32_t *to, int8_t *bytes) {
    int32_t rows = p->window.kernel_h;
    if (run % 4 == 0) {
        for (;;) {
            to = tkd_dsp_widen(row, to, run / 4);
            if (--rows == 0) {
                return;
            }
            to += TKD_DSP_FOUR;
            row += row_bytes;
        }
    }
    int8_t *next = bytes;
    for (;;) {
        next = tkd_dsp_copy_bytes(next, row, run);
        if (--rows == 0) {
            break;
        }
        row += row_bytes;
    }
    tkd_store4(next, 0); /* of these, what fills up the last four; the rest lies behind them */
    (void)tkd_dsp_widen(bytes, to, p->filters.words / 2);
}

/* The pixel at (y, x) of the input, whichever way it has to be gathered. */
static inline void tkd_dsp_gather(const int8_t *input, const tkd_conv_2d_dsp_params *p, int32_t y, int32_t x,
                                  uint32_t *to, int8_t *bytes) {
    const tkd_window *w = &p->window;
    const int32_t depth = p->in_channels, row_bytes = w->in_w * depth;
    if (y >= 0 && x >= 0 && y + w->kernel_h <= w->in_h && x + w->kernel_w <= w->in_w) {
        tkd_dsp_gather_inside(input + y * row_bytes + x * depth, row_bytes, w->kernel_w * depth, p, to, bytes);
    } else if (depth % 4 == 0) {
        tkd_dsp_gather_words(tkd_dsp_patch_at(input, p, y, x), p, to);
    } else {
        tkd_dsp_gather_bytes(tkd_dsp_patch_at(input, p, y, x), p, to, bytes);
    }
}

/* One image: output pixels in row-major order, three at a time. */
static inline void tkd_conv_2d_dsp_image(const int8_t *input, const int8_t *addend, int8_t *output,
                                         const tkd_conv_2d_dsp_params *p, uint32_t *pixels) {
    const tkd_window *w = &p->window;
    int8_t *const bytes = (int8_t *)(pixels + TKD_DSP_PIXELS * p->filters.words);
    int8_t *const result = p->in_channels % 4 == 0 ? bytes : bytes + 2 * p->filters.words + 4;
    const int32_t x_end = w->out_w * w->stride_w - w->pad_left;
    int32_t left = w->out_h * w->out_w, filled = 0;
    for (int32_t x = -w->pad_left, y = -w->pad_top; left > 0; left--) {
        tkd_dsp_gather(input, p, y, x, pixels + filled, bytes);
        x += w->stride_w;
        if (x == x_end) {
            x = -w->pad_left;
            y += w->stride_h;
        }
        if (++filled < TKD_DSP_PIXELS && left > 1) {
            continue;
        }
        tkd_dsp_store(pixels, addend, output, filled, &p->filters, p->add, result);
        addend = addend == NULL ? NULL : addend + filled * p->filters.channels;
        output += filled * p->filters.channels;
        filled = 0;
    }
}

static inline void tkd_conv_2d_dsp(const int8_t *input, const int8_t *addend, int8_t *output,
                                   const tkd_conv_2d_dsp_params *p, void *scratch) {
    const tkd_window *w = &p->window;
    const int32_t in_bytes = w->in_h * w->in_w * p->in_channels;
    const int32_t out_bytes = w->out_h * w->out_w * p->filters.channels;
    for (int32_t n = 0; n < w->batches; n++) {
        tkd_conv_2d_dsp_image(input, addend, output, p, (uint32_t *)scratch);
        input += in_bytes;
        output += out_bytes;
        addend = addend == NULL ? NULL : addend + out_bytes;
    }
}

#ifdef __cplusplus
}
#endif
#endif
