/* SignalIrfft, samples of 16 bits. */
#include "tkd_fft_s16.h"
#include "tkd_irfft_body.h"

void tkd_irfft_s16(const int16_t *input, int16_t *output, const tkd_fft_params *p, void *scratch) {
    all_frames(input, output, p, (cpx *)scratch);
}
