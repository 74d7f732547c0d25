/* Equals Requantize in kernels/internal/reference/requantize.h. */
#include "tkd_math.h"
#include "tkd_requantize_s16.h"

void tkd_requantize_s16_s8(const int16_t *input, int8_t *output, const tkd_requantize_s16_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t y = tkd_requantize(input[i] - p->x_zero, p->multiplier, p->shift) + p->y_zero;
        output[i] = (int8_t)tkd_clamp(y, INT8_MIN, INT8_MAX);
    }
}
