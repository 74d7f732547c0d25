/*
 * SignalFilterBank: energies of bins summed into overlapping channels. What a bin does not give to its channel it gives
 * to the next. Equals FilterbankAccumulateChannels in signal/src/filter_bank.cc.
 */
#ifndef TKD_FILTER_BANK_U32_H
#define TKD_FILTER_BANK_U32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_filter_bank_u32_params {
    const int16_t *weights;       /* [in] flash: of each bin for its channel */
    const int16_t *unweights;     /* [in] flash: and for the next one */
    const int16_t *bin_starts;    /* [in] flash, [channels + 1] */
    const int16_t *weight_starts; /* [in] flash, [channels + 1] */
    const int16_t *widths;        /* [in] flash, [channels + 1]: bins of each */
    int32_t channels;             /* [in] at least 1 */
} tkd_filter_bank_u32_params;

/*
 * [in]  energy    [bins], any uint32, aligned to 4 bytes
 * [out] channels  [channels] of uint64, modulo 2^64, aligned to 4 bytes
 * [in]  p         constants; the bins that they name exist
 */
void tkd_filter_bank_u32(const uint32_t *energy, void *channels, const tkd_filter_bank_u32_params *p);

#ifdef __cplusplus
}
#endif
#endif
