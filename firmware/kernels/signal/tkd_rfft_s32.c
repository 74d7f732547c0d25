/* SignalRfft, samples of 32 bits. */
#define WORD int32_t
#define TWIN uint32_t
#define WIDE int64_t
#define BITS 31
#define LOAD TKD_LOAD_S32
#define SUM(a, b) sum((a), (b))
#define DIFFERENCE(a, b) difference((a), (b))
#include "tkd_rfft_body.h"

void tkd_rfft_s32(const WORD *input, WORD *output, const tkd_fft_params *p, void *scratch) {
    for (int32_t frame = 0; frame < p->frames; frame++) {
        forward(input, output, p, (cpx *)scratch);
        input += p->samples;
        output += 2 * (((int32_t)1 << p->half_bits) + 1);
    }
}
