/* SignalIrfft, samples of 32 bits. */
#define WORD int32_t
#define TWIN uint32_t
#define WIDE int64_t
#define BITS 31
#define LOAD TKD_LOAD_S32
#include "tkd_irfft_body.h"

void tkd_irfft_s32(const WORD *input, WORD *output, const tkd_fft_params *p, void *scratch) {
    for (int32_t frame = 0; frame < p->frames; frame++) {
        backward(input, output, p, (cpx *)scratch);
        input += 2 * (((int32_t)1 << p->half_bits) + 1);
        output += p->samples;
    }
}
