/* SignalIrfft, samples of 16 bits. */
#define WORD int16_t
#define TWIN uint16_t
#define WIDE int32_t
#define BITS 15
#define LOAD TKD_LOAD_S16
#include "tkd_irfft_body.h"

void tkd_irfft_s16(const WORD *input, WORD *output, const tkd_fft_params *p, void *scratch) {
    for (int32_t frame = 0; frame < p->frames; frame++) {
        backward(input, output, p, (cpx *)scratch);
        input += 2 * (((int32_t)1 << p->half_bits) + 1);
        output += p->samples;
    }
}
