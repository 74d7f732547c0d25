/* DEPTHWISE_CONV_2D of int8: any window, stride, dilation, padding and multiplier. */
#ifndef TKD_DEPTHWISE_CONV_2D_S8_H
#define TKD_DEPTHWISE_CONV_2D_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_depthwise_conv_2d_params {
    const int8_t *weights; /* flash, [in_channels * multiplier][y][x] */
    const int32_t *bias;   /* flash, [in_channels * multiplier], input zero point folded in */
    tkd_requant out;
    tkd_window window;
    uint16_t in_channels, multiplier;
    uint16_t plane_h, plane_w; /* the image with all the padding that the window reaches */
    int8_t input_zero_point;
} tkd_depthwise_conv_2d_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_depthwise_conv_2d_s8_scratch(const tkd_depthwise_conv_2d_params *p) {
    return (uint32_t)p->plane_h * p->plane_w;
}

/*
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][in_channels * multiplier], Range: [-128, 127]; may be the input if multiplier and N
 *                are 1 and it is no larger
 * [in]  p        constants
 * [out] scratch  tkd_depthwise_conv_2d_s8_scratch(p) bytes, which hold one channel with its padding
 */
void tkd_depthwise_conv_2d_s8(const int8_t *input, int8_t *output, const tkd_depthwise_conv_2d_params *p,
                              void *scratch);

#ifdef __cplusplus
}
#endif
#endif
