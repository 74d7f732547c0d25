/* QUANTIZE where one side is int32: another scale, zero point or width. */
#ifndef TKD_REQUANTIZE_S32_H
#define TKD_REQUANTIZE_S32_H

#include <stdint.h>

#include "tkd_math.h"
#include "tkd_requantize_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One value on the output's scale; what does not fit int32 wraps around, as TFLM's compilers make it. */
static inline int32_t tkd_requantize_wrapping(int32_t x, const tkd_requantize_s16_params *p) {
    const int32_t centered = (int32_t)((uint32_t)x - (uint32_t)p->x_zero);
    return (int32_t)((uint32_t)tkd_requantize(centered, p->multiplier, p->shift) + (uint32_t)p->y_zero);
}

/*
 * [in]  input   [p->count], Range: all of the type; aligned to it
 * [out] output  [p->count], Range: all of the type; aligned to it. A narrower one may be the input's memory
 * [in]  p       multiplier in [2^30, 2^31) or 0, shift in [-31, 30]
 */
void tkd_requantize_s8_s32(const int8_t *input, int32_t *output, const tkd_requantize_s16_params *p);
void tkd_requantize_s16_s32(const int16_t *input, int32_t *output, const tkd_requantize_s16_params *p);
void tkd_requantize_s32_s8(const int32_t *input, int8_t *output, const tkd_requantize_s16_params *p);
void tkd_requantize_s32_s16(const int32_t *input, int16_t *output, const tkd_requantize_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
