#include "tkd_dsp_dot.h"
#include "tkd_dsp_pixels.h"
#include "tkd_fully_connected_dsp_s8.h"

void tkd_fully_connected_raw_dsp_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_dsp_params *p) {
    const int8_t *const end = input + p->depth;
    const int32_t words = p->depth / 2;
    const int32_t *weights = p->weights;
    tkd_dsp_scaling scaling = {p->multiplier, p->multiplier_step, p->round};
    tkd_dsp_sums sums;
    int32_t left = p->outputs;
    for (; left >= 4; left -= 4, output += 4) {
        tkd_dsp_dot_raw(input, weights, end, &sums);
        weights += 2 * words;
        tkd_dsp_two(sums.raw0, sums.even0, weights, &scaling, output);
        tkd_dsp_two(sums.raw1, sums.even1, weights + 2, &scaling, output + 2);
        weights += 4;
    }
    if (left > 2) {
        tkd_dsp_dot_raw(input, weights, end, &sums);
        tkd_dsp_last(&sums, weights + 2 * words, scaling, left, output);
    } else if (left > 0) {
        tkd_dsp_dot_pair_raw(input, weights, end, &sums);
        tkd_dsp_last(&sums, weights + words, scaling, left, output);
    }
    tkd_dsp_clamp(output - (p->outputs - left), p->outputs, p->min, p->max);
}
