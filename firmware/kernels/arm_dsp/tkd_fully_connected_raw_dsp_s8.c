#include "tkd_dsp_dot.h"
#include "tkd_dsp_pixels.h"
#include "tkd_fully_connected_dsp_s8.h"

void tkd_fully_connected_raw_dsp_s8(const int8_t *input, int8_t *output, const tkd_fully_connected_dsp_params *p) {
    const int8_t *const end = input + p->depth;
    const int32_t words = p->depth / 2;
    const int32_t *weights = p->weights;
    tkd_dsp_sums sums;
    int32_t at = 0;
    for (; p->outputs - at > 2; at += 4) {
        tkd_dsp_dot_raw(input, weights, end, &sums);
        weights += 2 * words;
        tkd_dsp_finish(sums.raw0, sums.even0, weights, at, 2, output, p);
        tkd_dsp_finish(sums.raw1, sums.even1, weights + 2, at + 2, p->outputs - at - 2, output, p);
        weights += 4;
    }
    if (at < p->outputs) {
        tkd_dsp_dot_pair_raw(input, weights, end, &sums);
        tkd_dsp_finish(sums.raw0, sums.even0, weights + words, at, p->outputs - at, output, p);
    }
    tkd_dsp_clamp(output, p->outputs, p->min, p->max);
}
