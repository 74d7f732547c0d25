/* DEQUANTIZE, int8 to float: for models whose last op hands floats to the application. */
#ifndef TKD_DEQUANTIZE_S8_H
#define TKD_DEQUANTIZE_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_dequantize_params {
    float scale;
    int32_t zero;
    int32_t count;
} tkd_dequantize_params;

void tkd_dequantize_s8(const int8_t *input, float *output, const tkd_dequantize_params *p);

#ifdef __cplusplus
}
#endif
#endif
