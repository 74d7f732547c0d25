/* Equals Requantize in kernels/internal/reference/requantize.h. */
#include "tkd_math.h"
#include "tkd_requantize_s16.h"

void tkd_requantize_s16_s16(const int16_t *input, int16_t *output, const tkd_requantize_s16_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t y = tkd_requantize(input[i] - p->x_zero, p->multiplier, p->shift) + p->y_zero;
        output[i] = (int16_t)tkd_clamp(y, INT16_MIN, INT16_MAX);
    }
}
