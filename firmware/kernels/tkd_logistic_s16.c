#include "tkd_logistic_s16.h"

void tkd_logistic_s16(const int16_t *input, int16_t *output, const tkd_logistic_s16_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        output[i] = tkd_sigmoid_s16(tkd_sigmoid_input(input[i], &p->scale));
    }
}
