/* DEPTHWISE_CONV_2D of multiplier 1 on Helium: any window, stride, dilation and padding. */
#ifndef TKD_DEPTHWISE_MVE_S8_H
#define TKD_DEPTHWISE_MVE_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_depthwise_mve_params {
    const int8_t *weights; /* flash, [channels / 8][y][x][8], zero-padded */
    const int32_t *bias;   /* flash, [channels padded to 8], each eight in the order 0 2 4 6 1 3 5 7 */
    tkd_requant out;       /* multiplier and shift likewise: VMULLB and VMULLT deliver even and odd products */
    tkd_window window;
    uint16_t channels;
    uint16_t plane_h, plane_w; /* the image with all the padding that the window reaches */
    int8_t input_zero_point;
} tkd_depthwise_mve_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_depthwise_mve_s8_scratch(const tkd_depthwise_mve_params *p) {
    return (uint32_t)p->plane_h * p->plane_w * 8u;
}

/*
 * [in]  input    [N][in_h][in_w][channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]; may be the input if N is 1 and it is no larger
 * [in]  p        constants
 * [out] scratch  tkd_depthwise_mve_s8_scratch(p) bytes, which hold eight channels with their padding
 */
void tkd_depthwise_mve_s8(const int8_t *input, int8_t *output, const tkd_depthwise_mve_params *p, void *scratch);

#ifdef __cplusplus
}
#endif
#endif
