/*
 * DEPTHWISE_CONV_2D, int8, 3x3, multiplier 1, dilation 1, for Armv6-M. Equals tkd_depthwise_conv_2d_s8 in every byte.
 *
 * One channel at a time is copied into a padded plane of unsigned bytes x' = x + 128, which LDRB loads with an
 * immediate offset; its nine weights are unpacked to words once. Only the plane is read again, so the output may be the
 * input's own memory. Per tap: LDRB, LDR, MULS, ADDS; cycles on Cortex-M0: 6. Per output 45 more instructions
 * (tkd_v6m_slide.h).
 *
 * Constants per channel, 5 words: folded bias - 128 * sum w, multiplier, and the bytes w0 to w8 and e in
 * three.
 */
#ifndef TKD_DEPTHWISE_3X3_V6M_S8_H
#define TKD_DEPTHWISE_3X3_V6M_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_depthwise_3x3_v6m_params {
    const int32_t *constants;
    tkd_window window; /* kernel 3x3, dilation 1 */
    uint16_t channels;
    uint16_t plane_h, plane_w; /* with all the padding that the window reaches */
    int16_t round;             /* 2 * output zero point + 1 */
    int8_t input_zero_point;
    int8_t min, max;
} tkd_depthwise_3x3_v6m_params;

/* Bytes of scratch. [in] p: constants. */
static inline uint32_t tkd_depthwise_3x3_v6m_s8_scratch(const tkd_depthwise_3x3_v6m_params *p) {
    return (uint32_t)p->plane_h * p->plane_w;
}

/*
 * [in]  input    [N][in_h][in_w][channels], Range: [-128, 127]
 * [out] output   [N][out_h][out_w][channels], Range: [-128, 127]
 * [in]  p        constants
 * [out] scratch  tkd_depthwise_3x3_v6m_s8_scratch(p) bytes, which hold one channel with its padding
 */
void tkd_depthwise_3x3_v6m_s8(const int8_t *input, int8_t *output, const tkd_depthwise_3x3_v6m_params *p,
                              void *scratch);

#ifdef __cplusplus
}
#endif
#endif
