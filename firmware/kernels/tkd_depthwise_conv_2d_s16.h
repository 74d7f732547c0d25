/* DEPTHWISE_CONV_2D of int16 by int8 weights: any window, stride, dilation and multiplier. */
#ifndef TKD_DEPTHWISE_CONV_2D_S16_H
#define TKD_DEPTHWISE_CONV_2D_S16_H

#include "tkd_params.h"
#include "tkd_wide_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_depthwise_conv_2d_s16_params {
    const int8_t *weights; /* flash, [y][x][channel] */
    const int64_t *bias;   /* flash, [channel] */
    tkd_requant_s16 out;
    tkd_window window;
    uint16_t in_channels, out_channels;
    uint16_t multiplier; /* out_channels / in_channels */
} tkd_depthwise_conv_2d_s16_params;

/*
 * [in]  input   [N][in_h][in_w][in_channels], Range: [-32768, 32767]; aligned to 2
 * [out] output  [N][out_h][out_w][out_channels], Range: [-32768, 32767]; aligned to 2
 * [in]  p       constants
 */
void tkd_depthwise_conv_2d_s16(const int16_t *input, int16_t *output, const tkd_depthwise_conv_2d_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
