/*
 * DEPTHWISE_CONV_2D, int8, 3x3, multiplier 1, dilation 1, for Xtensa LX. Equals tkd_depthwise_conv_2d_s8 in every byte.
 *
 * One channel at a time is copied into a padded plane of unsigned values, x + 128, for which 128 times the sum of the
 * weights is taken from the bias. Lines are rows or columns, whichever is longer; the plane holds them side by side, so
 * that three that a window reads lie next to each other. A window slides along them and adds what it meets to the sums
 * that need it: with stride 1 an output costs three loads of values, nine multiplications and additions, and five loads
 * of what finds no register, in 30 instructions. A line of sums is requantized at once.
 * Only the plane is read again, so the output may be the input's own memory.
 *
 * Constants per channel, 5 words: bias with the input's zero point folded in, multiplier, and the bytes w0 to w8, line
 * by line, and the code (tkd_xtensa_filters.h) in three.
 */
#ifndef TKD_DEPTHWISE_3X3_XTENSA_S8_H
#define TKD_DEPTHWISE_3X3_XTENSA_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One axis of the image: from line to line, or along one. Steps are bytes in [N][H][W][C]. */
typedef struct tkd_xtensa_axis {
    uint16_t in, out, stride, pad;
    uint16_t plane; /* with all the padding that the window reaches */
    uint32_t in_step, out_step;
} tkd_xtensa_axis;

typedef struct tkd_depthwise_3x3_xtensa_params {
    const int32_t *constants;
    tkd_xtensa_axis lines, along;
    uint16_t batches, channels;
    int16_t round; /* 2 * output zero point + 1 */
    int8_t input_zero_point;
    int8_t min, max;
} tkd_depthwise_3x3_xtensa_params;

/* Bytes of scratch: the sums of a line, then a plane with its padding. [in] p: constants. */
static inline uint32_t tkd_depthwise_3x3_xtensa_s8_scratch(const tkd_depthwise_3x3_xtensa_params *p) {
    return 4u * p->along.out + (uint32_t)p->lines.plane * p->along.plane;
}

/*
 * [in]  input    [N][in_h][in_w][channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_depthwise_3x3_xtensa_s8_scratch(p) bytes, aligned to 4
 */
void tkd_depthwise_3x3_xtensa_s8(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_xtensa_params *p,
                                 void *scratch);

#ifdef __cplusplus
}
#endif
#endif
