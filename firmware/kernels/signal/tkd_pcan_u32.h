/*
 * SignalPCAN: each channel divided by a power of its noise, then compressed (per-channel amplitude normalisation).
 * Equals ApplyPcanAutoGainControlFixed in signal/src/pcan_argc_fixed.cc.
 */
#ifndef TKD_PCAN_U32_H
#define TKD_PCAN_U32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_pcan_u32_params {
    const int16_t *gains; /* [in] flash, [125]: value, slope and curvature of the gain, from one power of two on */
    int32_t channels;     /* [in] at least 1 */
    int32_t shift;        /* [in] bits that signal times gain is moved to the right, 0 to 63 */
} tkd_pcan_u32_params;

/*
 * [in]  input   [channels], any uint32, aligned to 4 bytes
 * [in]  noise   [channels], any uint32, aligned to 4 bytes
 * [out] output  [channels], 6 fractional bits, aligned to 4 bytes; may be input itself
 * [in]  p       constants
 */
void tkd_pcan_u32(const uint32_t *input, const uint32_t *noise, uint32_t *output, const tkd_pcan_u32_params *p);

#ifdef __cplusplus
}
#endif
#endif
