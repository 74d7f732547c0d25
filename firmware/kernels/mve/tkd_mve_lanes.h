/* What the tkd_mve_rows share: four sums of one row become four outputs. */
#ifndef TKD_MVE_LANES_H
#define TKD_MVE_LANES_H

#include "tkd_mve.h"
#include "tkd_mve_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Four words, or four bytes as words, from where `at` points; it moves on. Assembly, for the post-increment. */
static inline __attribute__((always_inline)) int32x4_t tkd_mve_take_words(const int32_t **at) {
    int32x4_t values;
    const int32_t *from = *at;
    __asm__("vldrw.32 %q[values], [%[from]], #16" : [values] "=w"(values), [from] "+r"(from) : : "memory");
    *at = from;
    return values;
}

static inline __attribute__((always_inline)) int32x4_t tkd_mve_take_bytes(const int32_t **at) {
    int32x4_t values;
    const int32_t *from = *at;
    __asm__("vldrb.s32 %q[values], [%[from]], #4" : [values] "=w"(values), [from] "+l"(from) : : "memory");
    *at = from;
    return values;
}

/* What holds for all outputs. */
typedef struct tkd_mve_clamps {
    int32x4_t min, max;
    int32_t zero_point;
    int has_left; /* whether any shift is to the left */
} tkd_mve_clamps;

static inline __attribute__((always_inline)) tkd_mve_clamps tkd_mve_clamps_of(const tkd_mve_matrix *p) {
    const tkd_mve_clamps c = {vdupq_n_s32(p->min), vdupq_n_s32(p->max), p->zero_point, p->left};
    return c;
}

/* Any shifts: those to the left come before the multiplication, as in tkd_requantize, where they may wrap. */
static inline __attribute__((always_inline)) int32x4_t tkd_mve_requantize_any(int32x4_t acc, int32x4_t multiplier,
                                                                              int32x4_t shift, int has_left) {
    if (has_left) {
        acc = vshlq_s32(acc, vmaxq_s32(shift, vdupq_n_s32(0)));
        shift = vminq_s32(shift, vdupq_n_s32(0));
    }
    return tkd_mve_requantize(acc, multiplier, shift);
}

/* Where the clamp begins at the zero point, the second rounding may round half up. */
static inline __attribute__((always_inline)) int32x4_t
tkd_mve_scaled(int32x4_t acc, int32x4_t multiplier, int32x4_t shift, const tkd_mve_clamps *c, int is_relu) {
    const int32x4_t scaled = is_relu ? vrshlq_s32(vqrdmulhq_s32(acc, multiplier), shift)
                                     : tkd_mve_requantize_any(acc, multiplier, shift, c->has_left);
    return tkd_mve_clamp(scaled, c->zero_point, c->min, c->max);
}

/* Likewise, with the constants at `lanes`, which moves on: the shifts are loaded last, as registers are short. */
static inline __attribute__((always_inline)) int32x4_t tkd_mve_scaled_by(int32x4_t acc, const int32_t **lanes,
                                                                         const tkd_mve_clamps *c, int is_relu) {
    const int32x4_t multiplier = tkd_mve_take_words(lanes);
    if (!is_relu) {
        return tkd_mve_scaled(acc, multiplier, tkd_mve_take_bytes(lanes), c, 0);
    }
    const int32x4_t product = vqrdmulhq_s32(acc, multiplier);
    return tkd_mve_clamp(vrshlq_s32(product, tkd_mve_take_bytes(lanes)), c->zero_point, c->min, c->max);
}

/* Four bytes; `to` moves on. */
static inline __attribute__((always_inline)) void tkd_mve_put4(int8_t **to, int32x4_t values) {
    int8_t *at = *to;
    __asm__ volatile("vstrb.32 %q[values], [%[at]], #4" : [at] "+l"(at) : [values] "w"(values) : "memory");
    *to = at;
}

/* The first `left` lanes of four, or all of them. Assembly, because GCC 12 keeps the predicate in a general register.
 */
static inline __attribute__((always_inline)) void tkd_mve_store4(int8_t *to, int32x4_t values, int32_t left) {
    __asm__ volatile("vctp.32 %[left]\n\t"
                     "vpst\n\t"
                     "vstrbt.32 %q[values], [%[to]]"
                     :
                     : [to] "l"(to), [values] "w"(values), [left] "r"(left)
                     : "memory");
}

/* The same of three rows. */
static inline __attribute__((always_inline)) void tkd_mve_store4x3(int8_t *to0, int8_t *to1, int8_t *to2, int32x4_t v0,
                                                                   int32x4_t v1, int32x4_t v2, int32_t left) {
    __asm__ volatile(
        "vctp.32 %[left]\n\t"
        "vpsttt\n\t"
        "vstrbt.32 %q[v0], [%[to0]]\n\t"
        "vstrbt.32 %q[v1], [%[to1]]\n\t"
        "vstrbt.32 %q[v2], [%[to2]]"
        :
        : [to0] "l"(to0), [to1] "l"(to1), [to2] "l"(to2), [v0] "w"(v0), [v1] "w"(v1), [v2] "w"(v2), [left] "r"(left)
        : "memory");
}

/* As many values, 0 in the other lanes. */
static inline __attribute__((always_inline)) int32x4_t tkd_mve_load4(const int8_t *from, int32_t left) {
    int32x4_t values;
    __asm__ volatile("vctp.32 %[left]\n\t"
                     "vpst\n\t"
                     "vldrbt.s32 %q[values], [%[from]]"
                     : [values] "=w"(values)
                     : [from] "l"(from), [left] "r"(left)
                     : "memory");
    return values;
}

/* The first `left` of sixteen bytes, 0 in the other lanes. */
static inline __attribute__((always_inline)) int8x16_t tkd_mve_load16(const int8_t *from, int32_t left) {
    int8x16_t values;
    __asm__ volatile("vctp.8 %[left]\n\t"
                     "vpst\n\t"
                     "vldrbt.8 %q[values], [%[from]]"
                     : [values] "=w"(values)
                     : [from] "r"(from), [left] "r"(left)
                     : "memory");
    return values;
}

#ifdef __cplusplus
}
#endif
#endif
