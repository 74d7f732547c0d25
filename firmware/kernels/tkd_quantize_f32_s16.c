/* Equals AffineQuantize in kernels/internal/reference/quantize.h. */
#include "tkd_quantize.h"
#include "tkd_quantize_f32.h"

void tkd_quantize_f32_s16(const float *input, int16_t *output, const tkd_quantize_f32_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        output[i] = tkd_quantize_s16(input[i], p->scale, p->zero);
    }
}
