/* Equals FullyConnected and FullyConnectedPerChannel for int16 in reference/integer_ops/fully_connected.h. */
#include "tkd_fully_connected_s16.h"
#include "tkd_dot_s16.h"

/* Four outputs of one row, from output o on. */
static void four(const int16_t *x, int16_t *y, uint32_t o, const tkd_fully_connected_s16_params *p) {
    int64_t sums[4];
    for (uint32_t i = 0; i < 4; i++) {
        sums[i] = tkd_load_s64(p->bias + o + i);
    }
    tkd_dot_s16_1x4(x, p->weights + o * p->depth, p->depth, p->depth, sums);
    for (uint32_t i = 0; i < 4; i++) {
        y[o + i] = tkd_requantize_s16(sums[i], &p->out, o + i);
    }
}

void tkd_fully_connected_s16(const int16_t *input, int16_t *output, const tkd_fully_connected_s16_params *p) {
    for (uint32_t row = 0; row < p->rows; row++, input += p->depth, output += p->outputs) {
        uint32_t o = 0;
        for (; o + 4 <= p->outputs; o += 4) {
            four(input, output, o, p);
        }
        for (; o < p->outputs; o++) {
            const int64_t sum = tkd_dot_s16(input, p->weights + o * p->depth, p->depth) + tkd_load_s64(p->bias + o);
            output[o] = tkd_requantize_s16(sum, &p->out, o);
        }
    }
}
