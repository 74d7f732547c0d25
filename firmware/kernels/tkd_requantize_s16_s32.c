/* Equals Requantize in kernels/internal/reference/requantize.h. */
#include "tkd_requantize_s32.h"

void tkd_requantize_s16_s32(const int16_t *input, int32_t *output, const tkd_requantize_s16_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        output[i] = tkd_requantize_wrapping(input[i], p);
    }
}
