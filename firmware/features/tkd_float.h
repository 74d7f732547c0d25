/*
 * Float32 that gives the same bytes everywhere: each operation is rounded by itself, and the logarithm is made of them.
 *
 * Compilers fuse a product with a sum where a core can (contraction), and may keep products wider than 32 bits; both
 * round otherwise. tinykd/data/features/float_log.py has the same operations in the same order. Not for -ffast-math.
 */
#ifndef TKD_FLOAT_H
#define TKD_FLOAT_H

#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __FAST_MATH__
#error "-ffast-math reorders sums: the features would not be those that the model was trained on"
#endif

/* a times b, rounded. GCC knows no pragma for this: the product passes through a register that it cannot see into. */
static inline float tkd_product(float a, float b) {
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif
    float product = a * b;
#if defined(__GNUC__) && !defined(__clang__)
#if defined(__ARM_FP) && (__ARM_FP & 4)
    __asm__("" : "+t"(product));
#else
    __asm__("" : "+r"(product));
#endif
#endif
    return product;
}

static inline float tkd_float_of(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* ln x of a normal, finite x > 0; after FreeBSD's e_logf.c as musl has it. */
static inline float tkd_log(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits += UINT32_C(0x3f800000) - UINT32_C(0x3f3504f3);
    const float k = (float)((int32_t)(bits >> 23) - 127);
    const float f = tkd_float_of((bits & UINT32_C(0x007fffff)) + UINT32_C(0x3f3504f3)) - 1.0f;
    const float s = f / (2.0f + f);
    const float z = tkd_product(s, s);
    const float w = tkd_product(z, z);
    const float odd = tkd_float_of(UINT32_C(0x3f2aaaaa)) + tkd_product(w, tkd_float_of(UINT32_C(0x3e91e9ee)));
    const float even = tkd_float_of(UINT32_C(0x3eccce13)) + tkd_product(w, tkd_float_of(UINT32_C(0x3e789e26)));
    const float rest = tkd_product(z, odd) + tkd_product(w, even);
    const float half = tkd_product(tkd_product(0.5f, f), f);
    const float low = tkd_product(s, half + rest) + tkd_product(k, tkd_float_of(UINT32_C(0x3717f7d1)));
    return (low - half + f) + tkd_product(k, tkd_float_of(UINT32_C(0x3f317180)));
}

#ifdef __cplusplus
}
#endif
#endif
