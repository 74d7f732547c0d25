/* SignalRfft, samples of 16 bits. */
#include "tkd_fft_s16.h"
#include "tkd_rfft_body.h"

void tkd_rfft_s16(const int16_t *input, int16_t *output, const tkd_fft_params *p, void *scratch) {
    all_frames(input, output, p, (cpx *)scratch);
}
