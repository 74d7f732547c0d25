/* CONV_2D of int8: any window, stride, dilation, padding and number of groups. */
#ifndef TKD_CONV_2D_S8_H
#define TKD_CONV_2D_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_conv_2d_params {
    const int8_t *weights; /* flash, [out][y][x][depth] */
    const int32_t *bias;   /* flash, [out], input zero point folded in */
    tkd_requant out;
    tkd_window window;
    uint16_t in_channels, out_channels, groups;
    uint16_t depth; /* input channels of one group */
    uint32_t patch; /* kernel_h * kernel_w * depth: the inputs of one output */
    int8_t input_zero_point;
    const tkd_add_scale *add; /* NULL but for tkd_conv_2d_add_s8 */
} tkd_conv_2d_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_s8_scratch(const tkd_conv_2d_params *p) { return 2u * p->patch; }

/*
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][out_channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_s8_scratch(p) bytes, which hold the inputs of two output pixels
 */
void tkd_conv_2d_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_add_s8_scratch(const tkd_conv_2d_params *p) { return tkd_conv_2d_s8_scratch(p); }

/*
 * The same, and then output = ADD(output, addend).
 *
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [in]  addend   of the output's shape, Range: [-128, 127]; may be the output itself
 * [out] output   [N][out_h][out_w][out_channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_add_s8_scratch(p) bytes
 */
void tkd_conv_2d_add_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_conv_2d_params *p,
                        void *scratch);

#ifdef __cplusplus
}
#endif
#endif
