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
    return tkd_mve_clamp(scaled, p->out_zero_point, vdupq_n_s32(p->min), vdupq_n_s32(p->max));
}

/*
 * bias[0..3] + four dot products of `count` > 0 values. weights: [count / 16][4 channels][16], zero where there is no
 * value. Per 64 MACs: 5 loads, 4 VMLADAVA, 1 loop end; the loop predicates its own tail, so no byte of x past its end
 * is read. Assembly, because GCC 12 neither makes tail-predicated loops nor keeps both pointers in post-increment.
 */
static inline int32x4_t tkd_mve_dot4(const int8_t *x, const int8_t *weights, uint32_t count, const int32_t *bias) {
    int32_t a = bias[0], b = bias[1], c = bias[2], d = bias[3];
    int32x4_t v, w;
    __asm__ volatile("dlstp.8 lr, %[count]\n"
                     "1:\n\t"
                     "vldrb.8 %q[v], [%[x]], #16\n\t"
                     "vldrb.8 %q[w], [%[weights]], #16\n\t"
                     "vmladava.s8 %[a], %q[v], %q[w]\n\t"
                     "vldrb.8 %q[w], [%[weights]], #16\n\t"
                     "vmladava.s8 %[b], %q[v], %q[w]\n\t"
                     "vldrb.8 %q[w], [%[weights]], #16\n\t"
                     "vmladava.s8 %[c], %q[v], %q[w]\n\t"
                     "vldrb.8 %q[w], [%[weights]], #16\n\t"
                     "vmladava.s8 %[d], %q[v], %q[w]\n\t"
                     "letp lr, 1b\n\t"
                     "vmov %q[v][2], %q[v][0], %[a], %[c]\n\t"
                     "vmov %q[v][3], %q[v][1], %[b], %[d]"
                     : [a] "+Te"(a), [b] "+Te"(b), [c] "+Te"(c), [d] "+Te"(d), [x] "+r"(x), [weights] "+r"(weights),
                       [v] "=&w"(v), [w] "=&w"(w)
                     : [count] "r"(count)
                     : "lr", "memory");
    return v;
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
