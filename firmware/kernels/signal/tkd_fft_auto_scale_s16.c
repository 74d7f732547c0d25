#include "tkd_fft_auto_scale_s16.h"

#include "tkd_bits.h"
#include "tkd_integers.h"

/* As TFLM has it: kept in 16 bits, where -32768 has no opposite and stays what it is. */
static int16_t largest(const int16_t *input, int32_t size) {
    int16_t max = 0;
    for (int32_t i = 0; i < size; i++) {
        if (input[i] > max) {
            max = input[i];
        } else if (-(int32_t)input[i] > max) {
            max = (int16_t) - (int32_t)input[i];
        }
    }
    return max;
}

void tkd_fft_auto_scale_s16(const int16_t *input, int16_t *output, int32_t *scale_bits,
                            const tkd_fft_auto_scale_s16_params *p) {
    const int32_t spare = 15 - tkd_highest_bit_u32((uint32_t)(int32_t)largest(input, p->size));
    *scale_bits = spare > 0 ? spare : 0;
    for (int32_t i = 0; i < p->size; i++) {
        output[i] = (int16_t)((int32_t)input[i] * ((int32_t)1 << *scale_bits));
    }
}
