/*
 * TRANSPOSE_CONV, int16 activations and int8 weights, Format: [N, H, W, C], weights [C_out, K_h, K_w, C_in]; all zero
 * points are 0. As tkd_transpose_conv_s8, each output gathers the inputs that reach it.
 */
#ifndef TKD_TRANSPOSE_CONV_S16_H
#define TKD_TRANSPOSE_CONV_S16_H

#include <stdint.h>

#include "tkd_wide_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_transpose_conv_s16_params {
    const int8_t *weights; /* flash, [y_depth][kernel_height][kernel_width][depth] */
    const int64_t *bias;   /* flash, [y_depth] */
    int32_t batch, height, width, depth;
    int32_t y_height, y_width, y_depth;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t pad_height, pad_width;
    tkd_requant_s16 out;
} tkd_transpose_conv_s16_params;

/*
 * [in]  x  [batch][height][width][depth], Range: [-32768, 32767]; aligned to 2
 * [out] y  [batch][y_height][y_width][y_depth], Range: [out.min, out.max], apart from x; aligned to 2
 * [in]  p  sums below 2^47
 */
void tkd_transpose_conv_s16(const int16_t *x, int16_t *y, const tkd_transpose_conv_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
