/* SignalRfft, samples of 16 bits. */
#define WORD int16_t
#define TWIN uint16_t
#define WIDE int32_t
#define BITS 15
#define LOAD TKD_LOAD_S16
#define SUM(a, b) ((int32_t)(a) + (b))
#define DIFFERENCE(a, b) ((int32_t)(a) - (b))
#include "tkd_rfft_body.h"

void tkd_rfft_s16(const WORD *input, WORD *output, const tkd_fft_params *p, void *scratch) {
    for (int32_t frame = 0; frame < p->frames; frame++) {
        forward(input, output, p, (cpx *)scratch);
        input += p->samples;
        output += 2 * (((int32_t)1 << p->half_bits) + 1);
    }
}
