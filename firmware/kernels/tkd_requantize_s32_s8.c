/* Equals Requantize in kernels/internal/reference/requantize.h. */
#include "tkd_requantize_s32.h"

void tkd_requantize_s32_s8(const int32_t *input, int8_t *output, const tkd_requantize_s16_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        output[i] = (int8_t)tkd_clamp(tkd_requantize_wrapping(input[i], p), INT8_MIN, INT8_MAX);
    }
}
