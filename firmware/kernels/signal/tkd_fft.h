/*
 * SignalRfft and SignalIrfft: real Fourier transforms of a power of two, in fixed point.
 *
 * Equal kiss_fftr and kiss_fftri of KISS FFT with FIXED_POINT 16 and 32, which TFLM calls (signal/src/rfft_int16.cc):
 * a complex transform of half the length in steps of 4 (the last of 2 where the power is odd), each step divided by
 * its radix and rounded, then the halves untangled.
 */
#ifndef TKD_FFT_H
#define TKD_FFT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_fft_params {
    const void *twiddles; /* [in] flash, [half][2] of the samples' type: exp(-2 pi i k / half), conjugate for inverse */
    const void *untangles; /* [in] flash, [half / 2][2]: exp(-i pi ((k + 1) / half + 1 / 2)), conjugate for inverse */
    int32_t frames;        /* [in] at least 1 */
    int32_t samples;       /* [in] of a frame, 1 to 2 * half; what is missing to 2 * half is 0 */
    int32_t half_bits;     /* [in] log2(half), 1 to 14 */
} tkd_fft_params;

/* Bytes of scratch: half complex numbers. [in] p: constants. */
static inline uint32_t tkd_rfft_s16_scratch(const tkd_fft_params *p) { return (uint32_t)4 << p->half_bits; }
static inline uint32_t tkd_rfft_s32_scratch(const tkd_fft_params *p) { return (uint32_t)8 << p->half_bits; }
static inline uint32_t tkd_irfft_s16_scratch(const tkd_fft_params *p) { return (uint32_t)4 << p->half_bits; }
static inline uint32_t tkd_irfft_s32_scratch(const tkd_fft_params *p) { return (uint32_t)8 << p->half_bits; }

/*
 * [in]  input    [frames][samples], any value, aligned to its type
 * [out] output   [frames][half + 1][2], real and imaginary part; the input's transform / (2 * half); may not be input
 * [in]  p        constants
 * [out] scratch  tkd_rfft_s16_scratch(p) bytes, or that of the function; aligned to 4
 */
void tkd_rfft_s16(const int16_t *input, int16_t *output, const tkd_fft_params *p, void *scratch);
void tkd_rfft_s32(const int32_t *input, int32_t *output, const tkd_fft_params *p, void *scratch);

/*
 * [in]  input    [frames][half + 1][2], any value, aligned to its type
 * [out] output   [frames][2 * half], aligned to its type; may not be input
 * [in]  p        constants; samples is 2 * half
 * [out] scratch  tkd_irfft_s16_scratch(p) bytes, or that of the function; aligned to 4
 */
void tkd_irfft_s16(const int16_t *input, int16_t *output, const tkd_fft_params *p, void *scratch);
void tkd_irfft_s32(const int32_t *input, int32_t *output, const tkd_fft_params *p, void *scratch);

#ifdef __cplusplus
}
#endif
#endif
