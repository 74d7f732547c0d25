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

/* `count` elements each; the output may begin where the input does. */
void tkd_quantize_f32_s8(const float *input, int8_t *output, const tkd_quantize_f32_params *p);
/* `count` elements each; input and output do not overlap. */
void tkd_quantize_f32_s16(const float *input, int16_t *output, const tkd_quantize_f32_params *p);

#ifdef __cplusplus
}
#endif
#endif
