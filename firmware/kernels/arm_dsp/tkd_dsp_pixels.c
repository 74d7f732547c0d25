#include "tkd_dsp_pixels.h"

void tkd_dsp_clamp(int8_t *y, int32_t count, int32_t low, int32_t high) {
    if (low <= -128 && high >= 127) {
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        const int32_t v = y[i];
        y[i] = (int8_t)(v < low ? low : v > high ? high : v);
    }
}

/* The one channel of the last pair of an odd number of channels, by way of a buffer. */
static void last_channel(const int32_t *weights, int8_t *output, int32_t count, int32_t channels, tkd_dsp_tile *tile) {
    int8_t pair[2 * TKD_DSP_PIXELS];
    tile->step1 = 2;
    tile->step2 = 4;
    tile->output_end = pair + 2;
    (void)tkd_dsp_gemm(weights, pair, tile);
    for (int32_t p = 0; p < count; p++) {
        output[p * channels] = pair[2 * p];
    }
}

void tkd_dsp_pixels(const uint32_t *pixels, int8_t *output, int32_t count, const tkd_dsp_filters *f) {
    const int32_t *weights = f->weights;
    const int32_t channels = f->channels, even = channels & ~1;
    const uint32_t step = count > 1 ? f->channels : 0u;
    tkd_dsp_tile tile = {pixels, f->words, f->round, step, count > 2 ? 2 * step : step, output + even};
    if (even > 0) {
        weights = tkd_dsp_gemm(weights, output, &tile);
    }
    if (channels > even) {
        last_channel(weights, output + even, count, channels, &tile);
    }
    tkd_dsp_clamp(output, count * channels, f->min, f->max);
}

void tkd_dsp_pixels_add(const uint32_t *pixels, const int8_t *addend, int8_t *output, int32_t count,
                        const tkd_dsp_filters *f, const tkd_dsp_add_scale *add, int8_t *result) {
    tkd_dsp_pixels(pixels, result, count, f);
    tkd_dsp_add(result, addend, output, count * f->channels, add);
}
