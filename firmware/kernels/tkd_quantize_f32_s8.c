/* Equals AffineQuantize in kernels/internal/reference/quantize.h. */
#include "tkd_quantize.h"
#include "tkd_quantize_f32.h"

void tkd_quantize_f32_s8(const float *input, int8_t *output, const tkd_quantize_f32_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        output[i] = tkd_quantize(input[i], p->scale, p->zero);
    }
}
