/* DEPTHWISE_CONV_2D 3x3 of multiplier 1, stride 1, without holes, on Helium. */
#ifndef TKD_DEPTHWISE_3X3_MVE_S8_H
#define TKD_DEPTHWISE_3X3_MVE_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_depthwise_3x3_mve_params {
    const int32_t *filters; /* flash, [channels][5]: the bias with the input's zero point folded in; the left, middle
                               and right column, whose top weight is in the lowest byte, and in the highest byte of
                               the right column the shift, positive = left; the multiplier, Q0.31 */
    uint16_t batches, in_h, in_w, out_h, out_w;
    uint16_t pad_top, pad_left; /* at most 2 */
    uint16_t channels;
    int8_t input_zero_point;
    int8_t zero_point, min, max; /* of the output */
} tkd_depthwise_3x3_mve_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_depthwise_3x3_mve_s8_scratch(const tkd_depthwise_3x3_mve_params *p) {
    return 16u + 32u * p->in_w + 128u * (p->out_w + 2u);
}

static inline uint32_t tkd_depthwise_3x3_relu_mve_s8_scratch(const tkd_depthwise_3x3_mve_params *p) {
    return tkd_depthwise_3x3_mve_s8_scratch(p);
}

/*
 * [in]  input    [N][in_h][in_w][channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]; may be the input if N is 1 and it is no larger
 * [in]  p        constants
 * [out] scratch  tkd_depthwise_3x3_mve_s8_scratch(p) bytes: sixteen channels of twice four rows, and of two more
 */
void tkd_depthwise_3x3_mve_s8(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_mve_params *p,
                              void *scratch);

/* The same where the clamp begins at the zero point and no shift is to the left. */
void tkd_depthwise_3x3_relu_mve_s8(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_mve_params *p,
                                   void *scratch);

#ifdef __cplusplus
}
#endif
#endif
