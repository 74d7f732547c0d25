/* SignalIrfft, samples of 32 bits. */
#include "tkd_fft_s32.h"
#include "tkd_irfft_body.h"

void tkd_irfft_s32(const int32_t *input, int32_t *output, const tkd_fft_params *p, void *scratch) {
    all_frames(input, output, p, (cpx *)scratch);
}
