/*
 * TFLM's int8 ADD for Arm DSP cores: the residual ADD of a convolution, and ADD itself.
 *
 * TFLM shifts both operands left by 20, scales each by its scale / (2 * the larger scale), adds, and scales to the
 * output. The coarse operand, the one of the larger scale, is therefore scaled by exactly 1/2: (q - zero) << 19, no
 * rounding. The fine one is ((q - zero) << lift) * multiplier, rounded twice as in tkd_dsp.h; lift is 21, or 22 with a
 * multiplier of 1/2 and a shift of 1 where both scales are equal. |sum| <= 255 << 20, so that twice the sum fits in
 * int32. Per element: 2 LDRSB, 2 SMMLAR, 1 STRB, 10 ALU; cycles on Cortex-M4: 17.
 */
#ifndef TKD_DSP_ADD_H
#define TKD_DSP_ADD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_dsp_add_scale {
    int32_t fine_base; /* -fine zero point << lift */
    int32_t fine_multiplier;
    int32_t fine_round, fine_shift; /* 1 << (shift - 1), shift in [1, 31] */
    int32_t base;                   /* -coarse zero point << 20 */
    int32_t multiplier, round, e;   /* of the sum, as tkd_dsp_requantize takes them */
    int8_t min, max;
    uint8_t lift;    /* 21 or 22 */
    uint8_t swapped; /* 1: the first operand is the fine one */
} tkd_dsp_add_scale;

/* y = a + b, count elements; y may be a or b. */
void tkd_dsp_add(const int8_t *a, const int8_t *b, int8_t *y, int32_t count, const tkd_dsp_add_scale *p);

#ifdef __cplusplus
}
#endif
#endif
