#include "tkd_softmax_body.h"

void tkd_softmax_s8_s16(const int8_t *input, int16_t *output, const tkd_softmax_params *p) {
    for (uint32_t row = 0; row < p->rows; row++, input += p->depth, output += p->depth) {
        const tkd_softmax_scale scale = tkd_softmax_scale_of(input, p, 16);
        for (uint32_t i = 0; i < p->depth; i++) {
            const int32_t value = tkd_softmax_value(input[i], &scale, p) + INT16_MIN;
            output[i] = (int16_t)tkd_clamp(value, INT16_MIN, INT16_MAX);
        }
    }
}
