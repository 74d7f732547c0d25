/* Equals FullyConnected and FullyConnectedPerChannel for int16 in reference/integer_ops/fully_connected.h. */
#include "tkd_fully_connected_s16.h"

void tkd_fully_connected_s16(const int16_t *input, int16_t *output, const tkd_fully_connected_s16_params *p) {
    for (uint32_t row = 0; row < p->rows; row++, input += p->depth) {
        const int8_t *weights = p->weights;
        for (uint32_t o = 0; o < p->outputs; o++, weights += p->depth) {
            const int64_t sum = tkd_dot_s16(input, weights, p->depth) + tkd_load_s64(p->bias + o);
            *output++ = tkd_requantize_s16(sum, &p->out, o);
        }
    }
}
