/* SignalRfft, samples of 16 bits. */
#include "tkd_rfft_dsp_body.h" /* empty on other cores */

#if TKD_LANES

void tkd_rfft_s16(const int16_t *input, int16_t *output, const tkd_fft_params *p, void *scratch) {
    for (int32_t frame = 0; frame < p->frames; frame++) {
        forward(input, output, p, (uint32_t *)scratch);
        input += p->samples;
        output += 2 * (((int32_t)1 << p->half_bits) + 1);
    }
}

#else

#include "tkd_fft_s16.h"
#include "tkd_rfft_body.h"

void tkd_rfft_s16(const int16_t *input, int16_t *output, const tkd_fft_params *p, void *scratch) {
    all_frames(input, output, p, (cpx *)scratch);
}

#endif
