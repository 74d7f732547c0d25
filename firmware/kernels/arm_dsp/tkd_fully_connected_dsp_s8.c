#include "tkd_fully_connected_dsp_s8.h"

#include "tkd_dsp_dot.h"
#include "tkd_dsp_pixels.h"

/* int8 to words of two int16 in the order of SXTB16, the last four filled up with zeros. Returns the end. */
static const uint32_t *widen(const int8_t *from, uint32_t *to, int32_t depth) {
    for (; depth >= 4; depth -= 4, from += 4) {
        const uint32_t word = tkd_load4(from);
        *to++ = tkd_sxtb16(word);
        *to++ = tkd_sxtb16_odd(word);
    }
    if (depth > 0) {
        int8_t last[4] = {0, 0, 0, 0};
        memcpy(last, from, (size_t)depth);
        *to++ = tkd_sxtb16(tkd_load4(last));
        *to++ = tkd_sxtb16_odd(tkd_load4(last));
    }
    return to;
}

void tkd_fully_connected_dsp_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_dsp_params *p,
                                void *scratch) {
    const uint32_t *const x = (const uint32_t *)scratch, *const end = widen(input, (uint32_t *)scratch, p->depth);
    const int32_t words = (int32_t)(end - x);
    const int32_t *weights = p->weights;
    tkd_dsp_sums sums;
    int32_t at = 0;
    for (; p->outputs - at > 2; at += 4) {
        tkd_dsp_dot(x, weights, end, &sums);
        weights += 2 * words;
        tkd_dsp_finish(sums.raw0, sums.even0, weights, at, 2, output, p);
        tkd_dsp_finish(sums.raw1, sums.even1, weights + 2, at + 2, p->outputs - at - 2, output, p);
        weights += 4;
    }
    if (at < p->outputs) {
        tkd_dsp_dot_pair(x, weights, end, &sums);
        tkd_dsp_finish(sums.raw0, sums.even0, weights + words, at, p->outputs - at, output, p);
    }
    tkd_dsp_clamp(output, p->outputs, p->min, p->max);
}
