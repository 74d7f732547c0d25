/* Equals ReluQuantized and Relu6Quantized in micro/kernels/activations.h, QuantizeLeakyRelu in reference/leaky_relu.h.
 */
#include "tkd_slopes_s16.h"

#include "tkd_math.h"

void tkd_slopes_s16(const int16_t *input, int16_t *output, const tkd_slopes_s16_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t x = input[i];
        const int32_t y = x >= 0 ? tkd_requantize(x, p->positive_multiplier, p->positive_shift)
                                 : tkd_requantize(x, p->negative_multiplier, p->negative_shift) * p->negative_sign;
        output[i] = (int16_t)tkd_clamp(y, INT16_MIN, p->max);
    }
}
