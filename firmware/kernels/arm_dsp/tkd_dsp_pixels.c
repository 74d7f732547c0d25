#include "tkd_dsp_pixels.h"

#include "tkd_dsp_clamp.h"

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
