/* The last step of kernels for Arm DSP cores: an activation's range. */
#ifndef TKD_DSP_CLAMP_H
#define TKD_DSP_CLAMP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Clamps count bytes to [low, high]. */
void tkd_dsp_clamp_all(int8_t *y, int32_t count, int32_t low, int32_t high);

/* The same; bytes are left alone where [low, high] is all of int8. */
static inline void tkd_dsp_clamp(int8_t *y, int32_t count, int32_t low, int32_t high) {
    if (low > -128 || high < 127) {
        tkd_dsp_clamp_all(y, count, low, high);
    }
}

#ifdef __cplusplus
}
#endif
#endif
