#include "tkd_depthwise_dsp_s8.h"

#include "tkd_dsp.h"
#include "tkd_dsp_clamp.h"

#define CHANNELS 4

typedef tkd_depthwise_dsp_params params;

typedef struct tap {
    const int8_t *at; /* channel 0 */
} tap;

/* The taps of the output pixel whose window starts at (y, x); outside of the image they are at `zeros`. */
static void find_taps(const int8_t *input, const params *p, int32_t y, int32_t x, const int8_t *zeros, tap *taps) {
    const tkd_window *w = &p->window;
    const int32_t row = w->in_w * p->channels;
    for (int32_t i = 0; i < w->kernel_h; i++, y += w->dilation_h) {
        const int inside = y >= 0 && y < w->in_h;
        const int8_t *const line = input + (inside ? y * row : 0);
        for (int32_t j = 0, at = x; j < w->kernel_w; j++, at += w->dilation_w) {
            (taps++)->at = inside && at >= 0 && at < w->in_w ? line + at * p->channels : zeros;
        }
    }
    if (w->kernel_h * w->kernel_w % 2 != 0) {
        taps->at = zeros; /* the second of the last pair: its weights are 0 */
    }
}

static uint32_t load_some(const int8_t *from, int32_t count) {
    uint32_t word = 0;
    while (count > 0) {
        word = (word << 8) | (uint8_t)from[--count];
    }
    return word;
}

/* Sums of four channels, of which `count` exist. Returns the constants behind the weights. */
TKD_DSP_INLINE const int32_t *sum_taps(const tap *taps, int32_t pairs, int32_t channel, int32_t count,
                                       const int32_t *stream, int32_t sum[CHANNELS]) {
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (; pairs > 0; pairs--, taps += 2, stream += 2) {
        const int8_t *const t = taps[0].at + channel, *const u = taps[1].at + channel;
        const uint32_t a = count == CHANNELS ? tkd_load4(t) : load_some(t, count);
        const uint32_t b = count == CHANNELS ? tkd_load4(u) : load_some(u, count);
        const uint32_t a02 = tkd_sxtb16(a), a13 = tkd_sxtb16_odd(a), b02 = tkd_sxtb16(b), b13 = tkd_sxtb16_odd(b);
        const uint32_t w01 = (uint32_t)stream[0], w23 = (uint32_t)stream[1];
        s0 = tkd_smlad(tkd_pack_low(a02, b02), tkd_sxtb16(w01), s0);
        s1 = tkd_smlad(tkd_pack_low(a13, b13), tkd_sxtb16_odd(w01), s1);
        s2 = tkd_smlad(tkd_pack_high(a02, b02), tkd_sxtb16(w23), s2);
        s3 = tkd_smlad(tkd_pack_high(a13, b13), tkd_sxtb16_odd(w23), s3);
    }
    sum[0] = s0;
    sum[1] = s1;
    sum[2] = s2;
    sum[3] = s3;
    return stream;
}

static int8_t requantize(int32_t sum, const int32_t *constants, const params *p) {
    const uint32_t e = (uint32_t)constants[0] & 0xffu;
    const int32_t round = (int32_t)((uint32_t)p->round << e);
    return (int8_t)tkd_dsp_requantize(2 * sum + (constants[0] >> 7), constants[1], round, e);
}

static void pixel(const tap *taps, int8_t *output, const params *p) {
    const int32_t pairs = (p->window.kernel_h * p->window.kernel_w + 1) / 2;
    const int32_t *stream = p->stream;
    int32_t sum[CHANNELS], channel = 0;
    for (; channel + CHANNELS <= p->channels; channel += CHANNELS) {
        stream = sum_taps(taps, pairs, channel, CHANNELS, stream, sum);
        for (int32_t c = 0; c < CHANNELS; c++, stream += 2) {
            *output++ = requantize(sum[c], stream, p);
        }
    }
    if (channel < p->channels) {
        stream = sum_taps(taps, pairs, channel, p->channels - channel, stream, sum);
        for (int32_t c = 0; channel < p->channels; c++, channel++, stream += 2) {
            *output++ = requantize(sum[c], stream, p);
        }
    }
}

void tkd_depthwise_dsp_s8(const int8_t *input, int8_t *output, const params *p, void *scratch) {
    const tkd_window *w = &p->window;
    tap *const taps = (tap *)scratch;
    int8_t *const zeros = (int8_t *)scratch + 8 * ((w->kernel_h * w->kernel_w + 1) & ~1);
    int8_t *const first = output;
    memset(zeros, p->input_zero_point, p->channels);
    for (int32_t n = 0; n < w->batches; n++, input += w->in_h * w->in_w * p->channels) {
        for (int32_t y = 0; y < w->out_h; y++) {
            for (int32_t x = 0; x < w->out_w; x++, output += p->channels) {
                find_taps(input, p, y * w->stride_h - w->pad_top, x * w->stride_w - w->pad_left, zeros, taps);
                pixel(taps, output, p);
            }
        }
    }
    tkd_dsp_clamp(first, (int32_t)(output - first), p->min, p->max);
}
