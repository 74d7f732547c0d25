/*
 * SignalFilterBankLog: the natural logarithm of each channel. Equals FilterbankLog and Log32 in signal/src.
 */
#ifndef TKD_LOG_U32_H
#define TKD_LOG_U32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_log_u32_params {
    int32_t channels;    /* [in] at least 1 */
    int32_t scale;       /* [in] of the output: what 1.0 becomes */
    int32_t input_shift; /* [in] bits that the input is moved to the left before, 0 to 31 */
} tkd_log_u32_params;

/*
 * [in]  input   [channels], any uint32, aligned to 4 bytes
 * [out] output  [channels], 0 to 32767, aligned to 2 bytes
 * [in]  p       constants
 */
void tkd_log_u32(const uint32_t *input, int16_t *output, const tkd_log_u32_params *p);

#ifdef __cplusplus
}
#endif
#endif
