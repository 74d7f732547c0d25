/*
 * The loops of tkd_dense_dsp_s8 and its twin with a residual ADD; addend is NULL where there is none.
 *
 * What includes this says with tkd_dsp_store which of the two it is, so that the one needs no code of the other.
 */
#ifndef TKD_DENSE_DSP_BODY_H
#define TKD_DENSE_DSP_BODY_H

#include <stddef.h>

#include "tkd_dense_dsp_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Outputs of `count` (1..3) pixels, with addend in the twin; arguments as tkd_dsp_pixels_add has them. */
static inline void tkd_dsp_store(const uint32_t *pixels, const int8_t *addend, int8_t *output, int32_t count,
                                 const tkd_dsp_filters *f, const tkd_dsp_add_scale *add, int8_t *result);

/* One row, its last four values filled up with zeros. */
static inline void tkd_dsp_widen_row(const int8_t *from, uint32_t *to, int32_t depth) {
    int8_t last[4] = {0, 0, 0, 0};
    if (depth % 4 != 0) {
        memcpy(last, from + (depth & ~3), (size_t)(depth & 3));
        (void)tkd_dsp_widen(last, to + depth / 4 * TKD_DSP_FOUR, 1);
    }
    (void)tkd_dsp_widen(from, to, depth / 4);
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
        tkd_dsp_store(pixels, addend, output, count, &p->filters, p->add, result);
        addend = addend == NULL ? NULL : addend + count * p->filters.channels;
        output += count * p->filters.channels;
    }
}

#ifdef __cplusplus
}
#endif
#endif
