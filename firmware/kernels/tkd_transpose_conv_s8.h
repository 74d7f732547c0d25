/*
 * TRANSPOSE_CONV, int8, Format: [N, H, W, C], weights [C_out, K_h, K_w, C_in].
 *
 * Each output gathers the inputs that reach it, so no accumulator tensor is needed (TFLM scatters into int32 scratch of
 * the output's size; the sums are the same).
 */
#ifndef TKD_TRANSPOSE_CONV_S8_H
#define TKD_TRANSPOSE_CONV_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_transpose_conv_params {
    const int8_t *weights;     /* [-127, 127] */
    const int32_t *bias;       /* [y_depth] */
    const int32_t *multiplier; /* [y_depth], Q0.31 */
    const int8_t *shift;       /* [y_depth], left if positive */
    int32_t batch, height, width, depth;
    int32_t y_height, y_width, y_depth;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t pad_height, pad_width;
    int32_t x_zero, y_zero, y_min, y_max;
} tkd_transpose_conv_params;

/*
 * [in]  x  [batch][height][width][depth], Range: [-128, 127]
 * [out] y  [batch][y_height][y_width][y_depth], Range: [-128, 127]
 * [in]  p  constants
 */
void tkd_transpose_conv_s8(const int8_t *x, int8_t *y, const tkd_transpose_conv_params *p);

#ifdef __cplusplus
}
#endif
#endif
