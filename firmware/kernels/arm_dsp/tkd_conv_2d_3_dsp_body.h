/*
 * The loops of tkd_conv_2d_3_dsp_s8 and its twin with a residual ADD; addend is NULL where there is none.
 *
 * What includes this says with tkd_dsp_store_three and tkd_dsp_store_one which of the two it is.
 */
#ifndef TKD_CONV_2D_3_DSP_BODY_H
#define TKD_CONV_2D_3_DSP_BODY_H

#include <stddef.h>

#include "tkd_conv_2d_3_dsp_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Outputs of three pixels whose columns were widened; result is scratch of 3 * channels bytes. */
static inline void tkd_dsp_store_three(const uint32_t *columns, const int8_t *addend, int8_t *output,
                                       const tkd_conv_2d_dsp_params *p, int8_t *result);

/* The output of one pixel from the convolution's result. */
static inline void tkd_dsp_store_one(const int8_t *result, const int8_t *addend, int8_t *output,
                                     const tkd_conv_2d_dsp_params *p);

/* Pixels that are left of rows, until there are three. */
typedef struct tkd_dsp_left {
    uint32_t *pixels; /* in the layout of tkd_dsp_gemm.h */
    int8_t *result;   /* 3 * channels bytes */
    int32_t count;
    const int8_t *addend[TKD_DSP_PIXELS];
    int8_t *output[TKD_DSP_PIXELS];
} tkd_dsp_left;

/* Of `columns` columns from x on of row y: the first one inside of the image, and how many are. */
static inline void tkd_dsp_inside(const tkd_window *w, int32_t y, int32_t x, int32_t columns, int32_t *first,
                                  int32_t *count) {
    const int32_t begin = x > 0 ? 0 : -x, end = x + columns < w->in_w ? columns : w->in_w - x;
    *first = begin;
    *count = y >= 0 && y < w->in_h && end > begin ? end - begin : 0;
}

static inline uint32_t tkd_dsp_zeros(const tkd_conv_2d_dsp_params *p) {
    const int32_t zero = p->input_zero_point;
    return ((uint32_t)zero & 0xffffu) | ((uint32_t)zero << 16);
}

/* The five columns from x on of every kernel row, from input row y on. */
static inline void tkd_dsp_gather_columns(const int8_t *input, const tkd_conv_2d_dsp_params *p, int32_t y, int32_t x,
                                          uint32_t *to) {
    const tkd_window *w = &p->window;
    const int32_t depth = p->in_channels, words = TKD_DSP_COLUMNS * (depth / 2);
    for (int32_t row = 0; row < w->kernel_h; row++) {
        uint32_t *const at = to + row * words;
        int32_t first, count;
        tkd_dsp_inside(w, y + row, x, TKD_DSP_COLUMNS, &first, &count);
        for (int32_t i = 0; count < TKD_DSP_COLUMNS && i < words; i++) {
            at[i] = tkd_dsp_zeros(p);
        }
        if (count > 0) {
            const int8_t *const from = input + ((y + row) * w->in_w + x + first) * depth;
            tkd_dsp_widen_columns(from, at + first, depth / 4, count);
        }
    }
}

#define TKD_DSP_THREE_WORDS (TKD_DSP_TAPS * TKD_DSP_PIXELS) /* two channels of one kernel row */

/* One kernel row of one pixel; the columns outside of the image are zeros. */
static inline void tkd_dsp_gather_taps(const int8_t *from, int32_t depth, int32_t first, int32_t count, uint32_t zeros,
                                       uint32_t *to) {
    for (int32_t tap = 0; tap < TKD_DSP_TAPS; tap++) {
        const int inside = tap >= first && tap < first + count;
        for (int32_t i = 0; i < depth / 4; i++) {
            uint32_t *const at = to + TKD_DSP_PIXELS * tap + 2 * i * TKD_DSP_THREE_WORDS;
            const uint32_t four = inside ? tkd_load4(from + (tap - first) * depth + 4 * i) : 0;
            at[0] = inside ? tkd_sxtb16(four) : zeros;
            at[TKD_DSP_THREE_WORDS] = inside ? tkd_sxtb16_odd(four) : zeros;
        }
    }
}

static inline void tkd_dsp_gather_pixel(const int8_t *input, const tkd_conv_2d_dsp_params *p, int32_t y, int32_t x,
                                        uint32_t *to) {
    const tkd_window *w = &p->window;
    const int32_t depth = p->in_channels;
    for (int32_t row = 0; row < w->kernel_h; row++) {
        int32_t first, count;
        tkd_dsp_inside(w, y + row, x, TKD_DSP_TAPS, &first, &count);
        const int8_t *const from = count > 0 ? input + ((y + row) * w->in_w + x + first) * depth : input;
        tkd_dsp_gather_taps(from, depth, first, count, tkd_dsp_zeros(p), to + row * (depth / 2) * TKD_DSP_THREE_WORDS);
    }
}

static inline void tkd_dsp_flush(tkd_dsp_left *left, const tkd_conv_2d_dsp_params *p) {
    tkd_dsp_pixels(left->pixels, left->result, left->count, &p->filters);
    for (int32_t i = 0; i < left->count; i++) {
        tkd_dsp_store_one(left->result + i * p->filters.channels, left->addend[i], left->output[i], p);
    }
    left->count = 0;
}

static inline void tkd_dsp_keep(tkd_dsp_left *left, const int8_t *addend, int8_t *output,
                                const tkd_conv_2d_dsp_params *p) {
    left->addend[left->count] = addend;
    left->output[left->count] = output;
    if (++left->count == TKD_DSP_PIXELS) {
        tkd_dsp_flush(left, p);
    }
}

/* One image, and what is gathered of it. */
typedef struct tkd_dsp_threes {
    const int8_t *input;
    const tkd_conv_2d_dsp_params *p;
    uint32_t *columns; /* in the layout of tkd_dsp_gemm_3.h */
    tkd_dsp_left left;
} tkd_dsp_threes;

/* Output pixel x of a row and the two after it, or x alone: how many; addend and output are those of pixel x. */
static inline int32_t tkd_dsp_some_pixels(tkd_dsp_threes *t, int32_t y, int32_t x, const int8_t *addend,
                                          int8_t *output) {
    const int32_t in_x = x - t->p->window.pad_left;
    if (x + TKD_DSP_PIXELS <= t->p->window.out_w) {
        tkd_dsp_gather_columns(t->input, t->p, y, in_x, t->columns);
        tkd_dsp_store_three(t->columns, addend, output, t->p, t->left.result);
        return TKD_DSP_PIXELS;
    }
    tkd_dsp_gather_pixel(t->input, t->p, y, in_x, t->left.pixels + t->left.count);
    tkd_dsp_keep(&t->left, addend, output, t->p);
    return 1;
}

static inline void tkd_conv_2d_3_dsp_image(const int8_t *addend, int8_t *output, tkd_dsp_threes *t) {
    const tkd_window *w = &t->p->window;
    const int32_t channels = t->p->filters.channels;
    for (int32_t row = 0; row < w->out_h; row++) {
        for (int32_t x = 0, done; x < w->out_w; x += done) {
            done = tkd_dsp_some_pixels(t, row * w->stride_h - w->pad_top, x, addend, output);
            output += done * channels;
            addend = addend == NULL ? NULL : addend + done * channels;
        }
    }
    if (t->left.count > 0) {
        tkd_dsp_flush(&t->left, t->p);
    }
}

static inline void tkd_conv_2d_3_dsp(const int8_t *input, const int8_t *addend, int8_t *output,
                                     const tkd_conv_2d_dsp_params *p, void *scratch) {
    const tkd_window *w = &p->window;
    const int32_t words = p->filters.words, kept = w->out_w % TKD_DSP_PIXELS == 0 ? 0 : TKD_DSP_PIXELS * words;
    const int32_t in_bytes = w->in_h * w->in_w * p->in_channels;
    const int32_t out_bytes = w->out_h * w->out_w * p->filters.channels;
    uint32_t *const columns = (uint32_t *)scratch, *const pixels = columns + words / TKD_DSP_TAPS * TKD_DSP_COLUMNS;
    tkd_dsp_threes t = {input, p, columns, {pixels, (int8_t *)(pixels + kept), 0, {NULL}, {NULL}}};
    for (int32_t n = 0; n < w->batches; n++) {
        tkd_conv_2d_3_dsp_image(addend, output, &t);
        t.input += in_bytes;
        output += out_bytes;
        addend = addend == NULL ? NULL : addend + out_bytes;
    }
}

#ifdef __cplusplus
}
#endif
#endif
