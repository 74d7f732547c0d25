/* All channels of one to three pixels, whichever inner loop multiplies them. */
#ifndef TKD_DSP_PIXELS_BODY_H
#define TKD_DSP_PIXELS_BODY_H

#include "tkd_dsp_clamp.h"
#include "tkd_dsp_pixels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* tkd_dsp_gemm, or another one of its kind. */
typedef const int32_t *tkd_dsp_multiply(const int32_t *weights, int8_t *output, const tkd_dsp_tile *tile);

/* The one channel of the last pair of an odd number of channels, by way of a buffer. */
static inline void tkd_dsp_last_channel(tkd_dsp_multiply *multiply, const int32_t *weights, int8_t *output,
                                        int32_t count, int32_t channels, tkd_dsp_tile *tile) {
    int8_t pair[2 * TKD_DSP_PIXELS];
    tile->step1 = 2;
    tile->step2 = 4;
    tile->output_end = pair + 2;
    (void)multiply(weights, pair, tile);
    for (int32_t p = 0; p < count; p++) {
        output[p * channels] = pair[2 * p];
    }
}

/* Arguments as tkd_dsp_pixels has them. */
static inline void tkd_dsp_pixels_by(tkd_dsp_multiply *multiply, const uint32_t *pixels, int8_t *output, int32_t count,
                                     const tkd_dsp_filters *f) {
    const int32_t *weights = f->weights;
    const int32_t channels = f->channels, even = channels & ~1;
    const uint32_t step = count > 1 ? f->channels : 0u;
    tkd_dsp_tile tile = {pixels, f->words, f->round, step, count > 2 ? 2 * step : step, output + even};
    if (even > 0) {
        weights = multiply(weights, output, &tile);
    }
    if (channels > even) {
        tkd_dsp_last_channel(multiply, weights, output + even, count, channels, &tile);
    }
    tkd_dsp_clamp(output, count * channels, f->min, f->max);
}

#ifdef __cplusplus
}
#endif
#endif
