#include "tkd_softmax_body.h"

void tkd_softmax_s8(const int8_t *input, int8_t *output, const tkd_softmax_params *p) {
    for (uint32_t row = 0; row < p->rows; row++, input += p->depth, output += p->depth) {
        const tkd_softmax_scale scale = tkd_softmax_scale_of(input, p, 8);
        for (uint32_t i = 0; i < p->depth; i++) {
            const int32_t value = tkd_softmax_value(input[i], &scale, p) + INT8_MIN;
            output[i] = (int8_t)tkd_clamp(value, INT8_MIN, INT8_MAX);
        }
    }
}
