/*
 * What the Helium (MVE) kernels share: requantising four lanes, ADD, copies.
 *
 * Sources: Arm, "Armv8-M Architecture Reference Manual" (DDI 0553), VQRDMULH, VRSHL; TFLM's
 * MultiplyByQuantizedMultiplier (double rounding). Pinned by tests/kernels/test_mve.py.
 */
#ifndef TKD_MVE_H
#define TKD_MVE_H

#include <arm_mve.h>
#include <stddef.h>
#include <stdint.h>

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * tkd_requantize on four lanes, for shifts <= 0. VQRDMULH rounds half up, as TFLM's first rounding does; the second is
 * half away from zero, hence the nudge of negative products where there is a shift (VRSHL alone rounds half up).
 */
static inline int32x4_t tkd_mve_requantize(int32x4_t acc, int32x4_t multiplier, int32x4_t shift) {
    const int32x4_t product = vqrdmulhq_s32(acc, multiplier);
    const int32x4_t nudge = vshrq_n_s32(vandq_s32(product, shift), 31);
    return vrshlq_s32(vqaddq_s32(product, nudge), shift);
}

/* Zero point and clamp of four requantised lanes. */
static inline int32x4_t tkd_mve_clamp(int32x4_t scaled, int32_t zero_point, int32x4_t low, int32x4_t high) {
    return vminq_s32(vmaxq_s32(vaddq_n_s32(scaled, zero_point), low), high);
}

/* The constants of ADD, of which a loop keeps what it can in registers. */
typedef struct tkd_mve_addition {
    tkd_add_scale scale;
    int32_t a_nudge, b_nudge, out_nudge; /* 1 where there is a shift, else 0 */
    int32x4_t min, max;
} tkd_mve_addition;

static inline __attribute__((always_inline)) tkd_mve_addition tkd_mve_addition_of(const tkd_add_scale *p) {
    const tkd_mve_addition a = {
        *p, p->a_shift < 0, p->b_shift < 0, p->out_shift < 0, vdupq_n_s32(p->min), vdupq_n_s32(p->max)};
    return a;
}

/* tkd_mve_requantize with one multiplier and one shift; nudge is 1 where there is a shift, else 0. */
static inline __attribute__((always_inline)) int32x4_t tkd_mve_scale(int32x4_t acc, int32_t multiplier, int32_t shift,
                                                                     int32_t nudge) {
    const int32x4_t product = vqrdmulhq_n_s32(acc, multiplier);
    return vrshlq_n_s32(vmlaq_n_s32(product, vshrq_n_s32(product, 31), nudge), shift);
}

/* tkd_add on four lanes. */
static inline __attribute__((always_inline)) int32x4_t tkd_mve_add(int32x4_t a, int32x4_t b,
                                                                   const tkd_mve_addition *p) {
    const tkd_add_scale *s = &p->scale;
    const int32x4_t left = vshlq_n_s32(vsubq_n_s32(a, s->a_zero_point), 20);
    const int32x4_t right = vshlq_n_s32(vsubq_n_s32(b, s->b_zero_point), 20);
    const int32x4_t sum = vaddq_s32(tkd_mve_scale(left, s->a_multiplier, s->a_shift, p->a_nudge),
                                    tkd_mve_scale(right, s->b_multiplier, s->b_shift, p->b_nudge));
    const int32x4_t scaled = tkd_mve_scale(sum, s->out_multiplier, s->out_shift, p->out_nudge);
    return tkd_mve_clamp(scaled, s->out_zero_point, p->min, p->max);
}

/* memcpy, 3 instructions for 16 bytes; newlib's smallest one copies a byte at a time. */
static inline void tkd_mve_copy(int8_t *to, const int8_t *from, uint32_t bytes) {
    int8x16_t v;
    __asm__ volatile("wlstp.8 lr, %[bytes], 2f\n"
                     "1:\n\t"
                     "vldrb.8 %q[v], [%[from]], #16\n\t"
                     "vstrb.8 %q[v], [%[to]], #16\n\t"
                     "letp lr, 1b\n"
                     "2:"
                     : [to] "+r"(to), [from] "+r"(from), [v] "=&w"(v)
                     : [bytes] "r"(bytes)
                     : "lr", "memory");
}

/* memset, 2 instructions for 16 bytes. */
static inline void tkd_mve_fill(int8_t *to, int8_t value, uint32_t bytes) {
    const int8x16_t values = vdupq_n_s8(value);
    __asm__ volatile("wlstp.8 lr, %[bytes], 2f\n"
                     "1:\n\t"
                     "vstrb.8 %q[values], [%[to]], #16\n\t"
                     "letp lr, 1b\n"
                     "2:"
                     : [to] "+r"(to)
                     : [values] "w"(values), [bytes] "r"(bytes)
                     : "lr", "memory");
}

#ifdef __cplusplus
}
#endif
#endif
