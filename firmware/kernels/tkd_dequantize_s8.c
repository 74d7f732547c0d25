/*
 * Equals reference/dequantize.h: TFLM multiplies in double and rounds once; a float32 scale times an integer of 9 bits
 * is exact in double, so one rounding of the float product is the same.
 */
#include "tkd_dequantize_s8.h"

void tkd_dequantize_s8(const int8_t *input, float *output, const tkd_dequantize_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        output[i] = p->scale * (float)(input[i] - p->zero);
    }
}
