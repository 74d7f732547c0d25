/*
 * SignalFilterBankSpectralSubtraction: a running estimate of the noise in each channel, taken off the signal.
 * Equals FilterbankSpectralSubtraction in signal/src/filter_bank_spectral_subtraction.cc.
 */
#ifndef TKD_SPECTRAL_SUBTRACTION_U32_H
#define TKD_SPECTRAL_SUBTRACTION_U32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Coefficients have bits fractional bits; even channels use the first of each pair, odd ones the second. */
typedef struct tkd_spectral_subtraction_u32_params {
    uint32_t smoothing[2];           /* [in] of the new signal */
    uint32_t one_minus_smoothing[2]; /* [in] of the old estimate */
    uint32_t least_signal;           /* [in] part of the signal that always remains */
    int32_t channels;                /* [in] at least 1 */
    int32_t smoothing_bits;          /* [in] bits that the estimate has more than the signal, 0 to 31 */
    int32_t bits;                    /* [in] 0 to 31 */
    int32_t clamps;                  /* [in] 1: the estimate never passes the signal */
} tkd_spectral_subtraction_u32_params;

/*
 * [in]     input     [channels], any uint32, aligned to 4 bytes
 * [out]    output    [channels], at most input, aligned to 4 bytes; may be input itself
 * [out]    noise     [channels], the new estimate, aligned to 4 bytes
 * [in,out] estimate  [channels] of uint32, kept between calls, aligned to 4 bytes
 * [in]     p         constants
 */
void tkd_spectral_subtraction_u32(const uint32_t *input, uint32_t *output, uint32_t *noise, void *estimate,
                                  const tkd_spectral_subtraction_u32_params *p);

#ifdef __cplusplus
}
#endif
#endif
