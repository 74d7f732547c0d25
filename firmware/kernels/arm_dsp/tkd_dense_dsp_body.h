/* The loops of tkd_dense_dsp_s8 and its twin with a residual ADD; addend is NULL where there is none. */
#ifndef TKD_DENSE_DSP_BODY_H
#define TKD_DENSE_DSP_BODY_H

#include <stddef.h>

#include "tkd_dense_dsp_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One row, its last four values filled up with zeros. */
static inline void tkd_dsp_widen_row(const int8_t *from, uint32_t *to, int32_t depth) {
    int8_t last[4] = {0, 0, 0, 0};
    to = tkd_dsp_widen(from, to, depth / 4);
    if (depth % 4 != 0) {
        memcpy(last, from + (depth & ~3), (size_t)(depth & 3));
        (void)tkd_dsp_widen(last, to, 1);
    }
}

static inline void tkd_dense_dsp(const int8_t *input, const int8_t *addend, int8_t *output,
                                 const tkd_dense_dsp_params *p, void *scratch) {
    uint32_t *const pixels = (uint32_t *)scratch;
    int8_t *const result = (int8_t *)(pixels + TKD_DSP_PIXELS * p->filters.words);
    for (int32_t left = p->rows; left > 0; left -= TKD_DSP_PIXELS) {
        const int32_t count = left < TKD_DSP_PIXELS ? left : TKD_DSP_PIXELS;
        for (int32_t i = 0; i < count; i++) {
            tkd_dsp_widen_row(input, pixels + i, p->depth);
            input += p->depth;
        }
        if (addend == NULL) {
            tkd_dsp_pixels(pixels, output, count, &p->filters);
        } else {
            tkd_dsp_pixels_add(pixels, addend, output, count, &p->filters, p->add, result);
            addend += count * p->filters.channels;
        }
        output += count * p->filters.channels;
    }
}

#ifdef __cplusplus
}
#endif
#endif
