/* QUANTIZE where one side is int16: another scale, zero point or width. */
#ifndef TKD_REQUANTIZE_S16_H
#define TKD_REQUANTIZE_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_requantize_s16_params {
    int32_t x_zero, y_zero;
    int32_t multiplier, shift; /* Q0.31, left if positive */
    int32_t count;             /* elements */
} tkd_requantize_s16_params;

/*
 * [in]  input   [count], Range: [-128, 127]
 * [out] output  [count], Range: [-32768, 32767]; aligned to 2
 * [in]  p       constants
 */
void tkd_requantize_s8_s16(const int8_t *input, int16_t *output, const tkd_requantize_s16_params *p);

/*
 * [in]  input   [count], Range: [-32768, 32767]; aligned to 2
 * [out] output  [count], Range: all of the type, int16 aligned to 2; may be the input
 * [in]  p       constants
 */
void tkd_requantize_s16_s8(const int16_t *input, int8_t *output, const tkd_requantize_s16_params *p);
void tkd_requantize_s16_s16(const int16_t *input, int16_t *output, const tkd_requantize_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
