/*
 * CONV_2D, int8, for Xtensa LX: any window, stride, dilation and number of groups. Equals tkd_conv_2d_s8 in every byte.
 *
 * Four output pixels are lined up in scratch, then multiplied with all channels of their group: tkd_xtensa_filters.h
 * has the layout of the weights and the counts. Padding reads as the input's zero point.
 */
#ifndef TKD_CONV_2D_XTENSA_S8_H
#define TKD_CONV_2D_XTENSA_S8_H

#include "tkd_params.h"
#include "tkd_xtensa_filters.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_conv_2d_xtensa_params {
    tkd_xtensa_filters filters; /* the stream holds one group after another */
    tkd_window window;
    uint16_t in_channels, groups;
    uint16_t depth; /* input channels of one group */
    int8_t input_zero_point;
    const tkd_add_scale *add; /* NULL but for tkd_conv_2d_add_xtensa_s8 */
} tkd_conv_2d_xtensa_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_xtensa_s8_scratch(const tkd_conv_2d_xtensa_params *p) {
    return tkd_xtensa_block_bytes(p->filters.depth);
}

/*
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][step], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_xtensa_s8_scratch(p) bytes, aligned to 4
 */
void tkd_conv_2d_xtensa_s8(const int8_t *input, int8_t *output, const tkd_conv_2d_xtensa_params *p, void *scratch);

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_conv_2d_add_xtensa_s8_scratch(const tkd_conv_2d_xtensa_params *p) {
    return tkd_xtensa_block_bytes(p->filters.depth) + (uint32_t)TKD_XTENSA_PIXELS * p->filters.channels;
}

/*
 * The same of one group, and then output = ADD(output, addend).
 *
 * [in]  input    [N][in_h][in_w][in_channels], Range: [-128, 127]
 * [in]  addend   of the output's shape, Range: [-128, 127]; may be the output itself
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_conv_2d_add_xtensa_s8_scratch(p) bytes, aligned to 4
 */
void tkd_conv_2d_add_xtensa_s8(const int8_t *input, const int8_t *addend, int8_t *output,
                               const tkd_conv_2d_xtensa_params *p, void *scratch);

#ifdef __cplusplus
}
#endif
#endif
