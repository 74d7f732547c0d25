/* The loops of tkd_conv_2d_v6m_s8 and its twin with a residual ADD; addend is NULL where there is none. */
#ifndef TKD_CONV_2D_V6M_BODY_H
#define TKD_CONV_2D_V6M_BODY_H

#include "tkd_conv_2d_v6m_s8.h"
#include "tkd_v6m.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The columns [x, x + kernel_w) of a row: bytes of padding, of input from offset on, of padding. */
typedef struct tkd_v6m_columns {
    int32_t left, middle, right, offset;
} tkd_v6m_columns;

static inline tkd_v6m_columns tkd_v6m_columns_at(const tkd_conv_2d_v6m_params *p, int32_t x) {
    const int32_t width = p->window.kernel_w, depth = p->in_channels, over = x + width - p->window.in_w;
    const int32_t left = x >= 0 ? 0 : -x < width ? -x : width;
    const int32_t right = over <= 0 ? 0 : over < width - left ? over : width - left;
    const tkd_v6m_columns c = {left * depth, (width - left - right) * depth, right * depth, (x + left) * depth};
    return c;
}

/* Gathers the inputs of the output pixel whose window starts at (y, x). Returns their sum. */
static inline uint32_t tkd_v6m_gather(const int8_t *input, const tkd_conv_2d_v6m_params *p, int32_t y, int32_t x,
                                      uint8_t *to) {
    const tkd_v6m_columns c = tkd_v6m_columns_at(p, x);
    const int32_t row_bytes = p->window.in_w * p->in_channels, zero = p->input_zero_point;
    uint8_t *const end = to + p->filters.depth;
    uint32_t total = 0;
    for (int32_t last = y + p->window.kernel_h; y < last; y++) {
        if (y < 0 || y >= p->window.in_h) {
            to = tkd_v6m_fill(to, zero, (size_t)(c.left + c.middle + c.right), &total);
            continue;
        }
        if (c.left > 0) {
            to = tkd_v6m_fill(to, zero, (size_t)c.left, &total);
        }
        to = tkd_v6m_copy(to, input + y * row_bytes + c.offset, (size_t)c.middle, &total);
        if (c.right > 0) {
            to = tkd_v6m_fill(to, zero, (size_t)c.right, &total);
        }
    }
    (void)tkd_v6m_fill(to, -128, (size_t)(end - to), &total);
    return total;
}

static inline void tkd_conv_2d_v6m_image(const int8_t *input, const int8_t *addend, int8_t *output,
                                         const tkd_conv_2d_v6m_params *p, uint8_t *pixel) {
    const tkd_window *w = &p->window;
    const int32_t channels = p->filters.channels;
    int8_t *const result = (int8_t *)pixel + p->filters.depth;
    for (int32_t y = 0; y < w->out_h; y++) {
        for (int32_t x = 0; x < w->out_w; x++, output += channels) {
            const uint32_t total =
                tkd_v6m_gather(input, p, y * w->stride_h - w->pad_top, x * w->stride_w - w->pad_left, pixel);
            tkd_v6m_pixel(pixel, total, addend == NULL ? output : result, &p->filters);
            if (addend != NULL) {
                for (int32_t c = 0; c < channels; c++) {
                    output[c] = tkd_v6m_add(result[c], *addend++, p->add);
                }
            }
        }
    }
}

static inline void tkd_conv_2d_v6m(const int8_t *input, const int8_t *addend, int8_t *output,
                                   const tkd_conv_2d_v6m_params *p, void *scratch) {
    const tkd_window *w = &p->window;
    const int32_t in_bytes = w->in_h * w->in_w * p->in_channels;
    const int32_t out_bytes = w->out_h * w->out_w * p->filters.channels;
    for (int32_t n = 0; n < w->batches; n++) {
        tkd_conv_2d_v6m_image(input, addend, output, p, (uint8_t *)scratch);
        input += in_bytes;
        output += out_bytes;
        addend = addend == NULL ? NULL : addend + out_bytes;
    }
}

#ifdef __cplusplus
}
#endif
#endif
