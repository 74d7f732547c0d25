#include "tkd_fully_connected_dsp_s8.h"

#include "tkd_dsp_clamp.h"
#include "tkd_dsp_dot.h"

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

typedef void dot(const uint32_t *x, const int32_t *weights, const uint32_t *end, tkd_dsp_sums *sums);

/* Sums over more than one chunk. `per` weight words belong to one word of x. */
static void chunks(dot *function, const uint32_t *x, const int32_t *weights, const uint32_t *end, int32_t chunk,
                   int32_t per, tkd_dsp_sums *sums) {
    const tkd_dsp_sums none = {0, 0, 0, 0};
    tkd_dsp_sums part;
    for (*sums = none; x != end; x += chunk, weights += chunk * per) {
        chunk = end - x < chunk ? (int32_t)(end - x) : chunk;
        function(x, weights, x + chunk, &part);
        tkd_dsp_sums_add(sums, &part);
    }
}

void tkd_fully_connected_dsp_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_dsp_params *p,
                                void *scratch) {
    const uint32_t *const x = (const uint32_t *)scratch, *const end = widen(input, (uint32_t *)scratch, p->depth);
    const int32_t words = (int32_t)(end - x);
    const int32_t *weights = p->weights;
    tkd_dsp_scaling scaling = {p->multiplier, p->multiplier_step, p->round};
    const int32_t chunk = p->chunk / 2;
    tkd_dsp_sums sums;
    int32_t left = p->outputs;
    for (; left >= 4; left -= 4, output += 4) {
        if (end - x <= chunk) {
            tkd_dsp_dot(x, weights, end, &sums);
        } else {
            chunks(tkd_dsp_dot, x, weights, end, chunk, 2, &sums);
        }
        weights += 2 * words;
        tkd_dsp_two(sums.odd0, sums.even0, weights, &scaling, output);
        tkd_dsp_two(sums.odd1, sums.even1, weights + 2, &scaling, output + 2);
        weights += 4;
    }
    if (left > 2) {
        chunks(tkd_dsp_dot, x, weights, end, chunk, 2, &sums);
        tkd_dsp_last(&sums, weights + 2 * words, scaling, left, output);
    } else if (left > 0) {
        chunks(tkd_dsp_dot_pair, x, weights, end, chunk, 1, &sums);
        tkd_dsp_last(&sums, weights + words, scaling, left, output);
    }
    tkd_dsp_clamp(output - (p->outputs - left), p->outputs, p->min, p->max);
}
