/*
 * SignalFftAutoScale: samples moved up as far as their largest allows, so that an FFT keeps more of them.
 * Equals FftAutoScale in signal/src/fft_auto_scale.cc.
 */
#ifndef TKD_FFT_AUTO_SCALE_S16_H
#define TKD_FFT_AUTO_SCALE_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_fft_auto_scale_s16_params {
    int32_t size; /* [in] samples, at least 1 */
} tkd_fft_auto_scale_s16_params;

/*
 * [in]  input       [size], any int16, aligned to 2 bytes
 * [out] output      [size], input << *scale_bits, aligned to 2 bytes; may be input itself
 * [out] scale_bits  [1], 0 to 14, aligned to 4 bytes
 * [in]  p           constants
 */
void tkd_fft_auto_scale_s16(const int16_t *input, int16_t *output, int32_t *scale_bits,
                            const tkd_fft_auto_scale_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
