#include "tkd_dsp_clamp.h"
#include "tkd_dsp_dot.h"
#include "tkd_fully_connected_dsp_s8.h"

typedef void dot(const int8_t *x, const int32_t *weights, const int8_t *end, tkd_dsp_sums *sums);

/* Sums over more than one chunk. Four bytes of x have `per` weight words. */
static void chunks(dot *function, const int8_t *x, const int32_t *weights, const int8_t *end, int32_t chunk,
                   int32_t per, tkd_dsp_sums *sums) {
    const tkd_dsp_sums none = {0, 0, 0, 0};
    tkd_dsp_sums part;
    for (*sums = none; x != end; x += chunk, weights += chunk * per / 4) {
        chunk = end - x < chunk ? (int32_t)(end - x) : chunk;
        function(x, weights, x + chunk, &part);
        tkd_dsp_sums_add(sums, &part);
    }
}

void tkd_fully_connected_raw_dsp_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_dsp_params *p) {
    const int8_t *const end = input + p->depth;
    const int32_t words = p->depth / 2;
    const int32_t *weights = p->weights;
    tkd_dsp_scaling scaling = {p->multiplier, p->multiplier_step, p->round};
    const int32_t chunk = p->chunk;
    tkd_dsp_sums sums;
    int32_t left = p->outputs;
    for (; left >= 4; left -= 4, output += 4) {
        if (end - input <= chunk) {
            tkd_dsp_dot_raw(input, weights, end, &sums);
        } else {
            chunks(tkd_dsp_dot_raw, input, weights, end, chunk, 4, &sums);
        }
        weights += 2 * words;
        tkd_dsp_two(sums.odd0, sums.even0, weights, &scaling, output);
        tkd_dsp_two(sums.odd1, sums.even1, weights + 2, &scaling, output + 2);
        weights += 4;
    }
    if (left > 2) {
        chunks(tkd_dsp_dot_raw, input, weights, end, chunk, 4, &sums);
        tkd_dsp_last(&sums, weights + 2 * words, scaling, left, output);
    } else if (left > 0) {
        chunks(tkd_dsp_dot_pair_raw, input, weights, end, chunk, 2, &sums);
        tkd_dsp_last(&sums, weights + words, scaling, left, output);
    }
    tkd_dsp_clamp(output - (p->outputs - left), p->outputs, p->min, p->max);
}
