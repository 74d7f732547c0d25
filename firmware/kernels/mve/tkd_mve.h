/*
 * What the Helium (MVE) kernels share: requantising four lanes, and dot products of a run with four channels.
 *
 * Sources: Arm, "Armv8-M Architecture Reference Manual" (DDI 0553), VQRDMULH, VRSHL, VMLADAVA; TFLM's
 * MultiplyByQuantizedMultiplier (double rounding). Pinned by tests/kernels/test_mve.py.
 */
#ifndef TKD_MVE_H
#define TKD_MVE_H

#include <arm_mve.h>
#include <stddef.h>
#include <stdint.h>

#include "../tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * tkd_requantize on four lanes. VQRDMULH rounds half up, as TFLM's first rounding does; the second is half away from
 * zero, hence the nudge of negative products where there is a right shift (VRSHL alone rounds half up).
 */
static inline int32x4_t tkd_mve_requantize(int32x4_t acc, int32x4_t multiplier, int32x4_t shift) {
    const int32x4_t zero = vdupq_n_s32(0);
    const int32x4_t left = vmaxq_s32(shift, zero);
    const int32x4_t right = vminq_s32(shift, zero);
    const int32x4_t product = vqrdmulhq_s32(vshlq_s32(acc, left), multiplier);
    const int32x4_t nudge = vshrq_n_s32(vandq_s32(product, right), 31);
    return vrshlq_s32(vqaddq_s32(product, nudge), right);
}

/* Accumulators of channels `channel` .. +3 to int8 values; `r` has a multiplier and a shift for each of them. */
static inline int32x4_t tkd_mve_finish(int32x4_t acc, const int32_t *bias, const tkd_requant *r, uint32_t channel) {
    const int32x4_t sum = vaddq_s32(acc, vldrwq_s32(bias + channel));
    const int32x4_t multiplier = vldrwq_s32(r->multiplier + channel);
    const int32x4_t scaled = tkd_mve_requantize(sum, multiplier, vldrbq_s32(r->shift + channel));
    const int32x4_t moved = vaddq_n_s32(scaled, r->zero_point);
    return vminq_s32(vmaxq_s32(moved, vdupq_n_s32(r->min)), vdupq_n_s32(r->max));
}

/* One operand of ADD: (q - zero_point) << 20, scaled by a factor of at most 1. */
static inline int32x4_t tkd_mve_add_operand(int32x4_t q, int32_t zero_point, int32_t multiplier, int32_t shift) {
    const int32x4_t wide = vshlq_n_s32(vsubq_n_s32(q, zero_point), 20);
    return tkd_mve_requantize(wide, vdupq_n_s32(multiplier), vdupq_n_s32(shift));
}

/* tkd_add on four lanes. */
static inline int32x4_t tkd_mve_add(int32x4_t a, int32x4_t b, const tkd_add_scale *p) {
    const int32x4_t left = tkd_mve_add_operand(a, p->a_zero_point, p->a_multiplier, p->a_shift);
    const int32x4_t right = tkd_mve_add_operand(b, p->b_zero_point, p->b_multiplier, p->b_shift);
    const int32x4_t sum = vaddq_s32(left, right);
    const int32x4_t scaled = tkd_mve_requantize(sum, vdupq_n_s32(p->out_multiplier), vdupq_n_s32(p->out_shift));
    const int32x4_t moved = vaddq_n_s32(scaled, p->out_zero_point);
    return vminq_s32(vmaxq_s32(moved, vdupq_n_s32(p->min)), vdupq_n_s32(p->max));
}

/*
 * Four dot products of blocks * 16 + tail values. weights: [block][4 channels][16], zero where there is no value.
 * Per 64 MACs: 5 loads, 4 VMLADAVA, 2 additions, 1 loop end. Reads no byte of x past its end.
 */
static inline int32x4_t tkd_mve_dot4(const int8_t *x, const int8_t *weights, uint32_t blocks, uint32_t tail) {
    int32_t a = 0, b = 0, c = 0, d = 0;
    for (; blocks > 0; blocks--, x += 16, weights += 64) {
        const int8x16_t v = vldrbq_s8(x);
        a = vmladavaq_s8(a, v, vldrbq_s8(weights));
        b = vmladavaq_s8(b, v, vldrbq_s8(weights + 16));
        c = vmladavaq_s8(c, v, vldrbq_s8(weights + 32));
        d = vmladavaq_s8(d, v, vldrbq_s8(weights + 48));
    }
    if (tail > 0) {
        const int8x16_t v = vldrbq_z_s8(x, vctp8q(tail));
        a = vmladavaq_s8(a, v, vldrbq_s8(weights));
        b = vmladavaq_s8(b, v, vldrbq_s8(weights + 16));
        c = vmladavaq_s8(c, v, vldrbq_s8(weights + 32));
        d = vmladavaq_s8(d, v, vldrbq_s8(weights + 48));
    }
    int32x4_t acc = vdupq_n_s32(a);
    acc = vsetq_lane_s32(b, acc, 1);
    acc = vsetq_lane_s32(c, acc, 2);
    return vsetq_lane_s32(d, acc, 3);
}

#ifdef __cplusplus
}
#endif
#endif
