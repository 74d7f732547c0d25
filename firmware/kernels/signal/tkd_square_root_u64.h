/*
 * SignalFilterBankSquareRoot: the root of each channel, and the scale of the samples taken off again.
 * Equals FilterbankSqrt, Sqrt64 and Sqrt32 in signal/src.
 */
#ifndef TKD_SQUARE_ROOT_U64_H
#define TKD_SQUARE_ROOT_U64_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_square_root_u64_params {
    int32_t channels; /* [in] at least 1 */
} tkd_square_root_u64_params;

/*
 * [in]  input       [channels] of uint64, any, aligned to 4 bytes
 * [in]  scale_bits  [1], modulo 32 (C leaves other shifts open; TFLM on an x86 does this), aligned to 4 bytes
 * [out] output      [channels], root >> (*scale_bits & 31), aligned to 4 bytes
 * [in]  p           constants
 */
void tkd_square_root_u64(const void *input, const int32_t *scale_bits, uint32_t *output,
                         const tkd_square_root_u64_params *p);

#ifdef __cplusplus
}
#endif
#endif
