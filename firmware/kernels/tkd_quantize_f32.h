/* QUANTIZE of float to int8 or int16: for models whose first op takes floats from the application. */
#ifndef TKD_QUANTIZE_F32_H
#define TKD_QUANTIZE_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_quantize_f32_params {
    float scale;
    int32_t zero;
    int32_t count;
} tkd_quantize_f32_params;

/*
 * [in]  input   [count], real values; aligned to 4
 * [out] output  [count], Range: [-128, 127]; may begin where the input does
 * [in]  p       constants
 */
void tkd_quantize_f32_s8(const float *input, int8_t *output, const tkd_quantize_f32_params *p);
/*
 * [in]  input   [count], real values; aligned to 4
 * [out] output  [count], Range: [-32768, 32767]; aligned to 2, apart from the input
 * [in]  p       constants
 */
void tkd_quantize_f32_s16(const float *input, int16_t *output, const tkd_quantize_f32_params *p);

#ifdef __cplusplus
}
#endif
#endif
