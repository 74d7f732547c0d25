/*
 * SignalWindow: samples times a window, in fixed point. Equals ApplyWindow in signal/src/window.cc.
 */
#ifndef TKD_WINDOW_S16_H
#define TKD_WINDOW_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_window_s16_params {
    const int16_t *window; /* [in] flash, [size]: one value for each sample of a frame, any int16 */
    int32_t frames;        /* [in] at least 1 */
    int32_t size;          /* [in] samples in a frame, at least 1 */
    int32_t shift;         /* [in] bits that each product is moved to the right, 0 to 31 */
} tkd_window_s16_params;

/*
 * [in]  input   [frames][size], any int16, aligned to 2 bytes
 * [out] output  [frames][size], products >> shift, saturated to int16, aligned to 2 bytes; may be input itself
 * [in]  p       constants
 */
void tkd_window_s16(const int16_t *input, int16_t *output, const tkd_window_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
