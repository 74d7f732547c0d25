/* Equals Dequantize in kernels/internal/reference/dequantize.h. */
#include "tkd_dequantize.h"
#include "tkd_quantize.h"

void tkd_dequantize_s16(const int16_t *input, float *output, const tkd_dequantize_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        output[i] = tkd_dequantize(input[i], p->scale, p->zero);
    }
}
