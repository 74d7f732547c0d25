/* SignalRfft, samples of 32 bits. */
#include "tkd_fft_s32.h"
#include "tkd_rfft_body.h"

void tkd_rfft_s32(const int32_t *input, int32_t *output, const tkd_fft_params *p, void *scratch) {
    all_frames(input, output, p, (cpx *)scratch);
}
