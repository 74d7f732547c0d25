/* DEQUANTIZE of int8, uint8 or int16 to float: for models whose last op hands floats to the application. */
#ifndef TKD_DEQUANTIZE_H
#define TKD_DEQUANTIZE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_dequantize_params {
    float scale;
    int32_t zero;
    int32_t count;
} tkd_dequantize_params;

/*
 * [in]  input   [count], Range: all of the type; int16 aligned to 2
 * [out] output  [count], real values; aligned to 4, apart from the input
 * [in]  p       constants
 */
void tkd_dequantize_s8(const int8_t *input, float *output, const tkd_dequantize_params *p);
void tkd_dequantize_u8(const uint8_t *input, float *output, const tkd_dequantize_params *p);
void tkd_dequantize_s16(const int16_t *input, float *output, const tkd_dequantize_params *p);

#ifdef __cplusplus
}
#endif
#endif
