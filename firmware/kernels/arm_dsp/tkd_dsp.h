/*
 * The Arm DSP instructions that the kernels in this folder are built around, and the same in plain C.
 *
 * On Armv7E-M and Armv8-M with the DSP extension (Cortex-M4, M7, M33) each function is one instruction. Elsewhere it is
 * the same arithmetic in C99, so that every kernel also runs on the host under sanitizers. Lanes: a word holds two
 * int16, lane 0 in bits 0..15. Accumulators wrap modulo 2^32.
 */
#ifndef TKD_DSP_H
#define TKD_DSP_H

#include <stdint.h>
#include <string.h>

#include "tkd_integers.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && !defined(TKD_DSP_PORTABLE)
#define TKD_DSP_ASM 1
#else
#define TKD_DSP_ASM 0
#endif

#if defined(__GNUC__)
#define TKD_DSP_INLINE static inline __attribute__((always_inline))
#else
#define TKD_DSP_INLINE static inline
#endif

#if defined(__GNUC__)
#define TKD_DSP_UNUSED __attribute__((unused)) /* arguments of functions in assembly */
#else
#define TKD_DSP_UNUSED
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Four bytes from any address. */
TKD_DSP_INLINE uint32_t tkd_load4(const int8_t *from) {
    uint32_t word;
    memcpy(&word, from, 4);
    return word;
}

TKD_DSP_INLINE void tkd_store4(int8_t *to, uint32_t word) { memcpy(to, &word, 4); }

#if TKD_DSP_ASM

/* lanes (b0, b2) of the signed bytes of x */
TKD_DSP_INLINE uint32_t tkd_sxtb16(uint32_t x) {
    uint32_t y;
    __asm__("sxtb16 %0, %1" : "=r"(y) : "r"(x));
    return y;
}

/* lanes (b1, b3) */
TKD_DSP_INLINE uint32_t tkd_sxtb16_odd(uint32_t x) {
    uint32_t y;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(y) : "r"(x));
    return y;
}

/* sum lane by lane: (b0, b2) of x, and lanes of base */
TKD_DSP_INLINE uint32_t tkd_sxtab16(uint32_t base, uint32_t x) {
    uint32_t y;
    __asm__("sxtab16 %0, %1, %2" : "=r"(y) : "r"(base), "r"(x));
    return y;
}

TKD_DSP_INLINE uint32_t tkd_sxtab16_odd(uint32_t base, uint32_t x) {
    uint32_t y;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(y) : "r"(base), "r"(x));
    return y;
}

/* lane 0 of low and lane 0 of high */
TKD_DSP_INLINE uint32_t tkd_pack_low(uint32_t low, uint32_t high) {
    uint32_t y;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(y) : "r"(low), "r"(high));
    return y;
}

/* lane 1 of low and lane 1 of high */
TKD_DSP_INLINE uint32_t tkd_pack_high(uint32_t low, uint32_t high) {
    uint32_t y;
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(y) : "r"(high), "r"(low));
    return y;
}

/* acc + x0 * y0 + x1 * y1 */
TKD_DSP_INLINE int32_t tkd_smlad(uint32_t x, uint32_t y, int32_t acc) {
    int32_t sum;
    __asm__("smlad %0, %1, %2, %3" : "=r"(sum) : "r"(x), "r"(y), "r"(acc));
    return sum;
}

/* x0 * y0 + x1 * y1 */
TKD_DSP_INLINE int32_t tkd_smuad(uint32_t x, uint32_t y) {
    int32_t sum;
    __asm__("smuad %0, %1, %2" : "=r"(sum) : "r"(x), "r"(y));
    return sum;
}

/* acc + x0 * y1 */
TKD_DSP_INLINE int32_t tkd_smlabt(uint32_t x, uint32_t y, int32_t acc) {
    int32_t sum;
    __asm__("smlabt %0, %1, %2, %3" : "=r"(sum) : "r"(x), "r"(y), "r"(acc));
    return sum;
}

/* acc + x1 * y0 */
TKD_DSP_INLINE int32_t tkd_smlatb(uint32_t x, uint32_t y, int32_t acc) {
    int32_t sum;
    __asm__("smlatb %0, %1, %2, %3" : "=r"(sum) : "r"(x), "r"(y), "r"(acc));
    return sum;
}

/* round + ((x * y + 2^31) >> 32) */
TKD_DSP_INLINE int32_t tkd_smmlar(int32_t x, int32_t y, int32_t round) {
    int32_t high;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(high) : "r"(x), "r"(y), "r"(round));
    return high;
}

/* x / 2 rounded down and clamped to [-128, 127] */
TKD_DSP_INLINE int32_t tkd_ssat8_half(int32_t x) {
    int32_t y;
    __asm__("ssat %0, #8, %1, asr #1" : "=r"(y) : "r"(x) : "cc");
    return y;
}

/* the larger of each pair of signed bytes */
TKD_DSP_INLINE uint32_t tkd_max8(uint32_t x, uint32_t y) {
    uint32_t larger;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(larger) : "r"(x), "r"(y) : "cc");
    return larger;
}

#else

TKD_DSP_INLINE int32_t tkd_lane(uint32_t x, int lane) {
    const uint32_t half = (x >> (16 * lane)) & 0xffffu;
    return (int32_t)half - ((half & 0x8000u) ? 0x10000 : 0);
}

TKD_DSP_INLINE uint32_t tkd_lanes(int32_t low, int32_t high) {
    return ((uint32_t)low & 0xffffu) | ((uint32_t)high << 16);
}

TKD_DSP_INLINE int32_t tkd_byte(uint32_t x, int i) {
    const uint32_t byte = (x >> (8 * i)) & 0xffu;
    return (int32_t)byte - ((byte & 0x80u) ? 0x100 : 0);
}

/* int32 of a sum modulo 2^32, without leaving defined behaviour */
TKD_DSP_INLINE int32_t tkd_wrap(uint32_t x) {
    return (x & 0x80000000u) ? (int32_t)(x & 0x7fffffffu) - 0x7fffffff - 1 : (int32_t)x;
}

TKD_DSP_INLINE uint32_t tkd_sxtb16(uint32_t x) { return tkd_lanes(tkd_byte(x, 0), tkd_byte(x, 2)); }

TKD_DSP_INLINE uint32_t tkd_sxtb16_odd(uint32_t x) { return tkd_lanes(tkd_byte(x, 1), tkd_byte(x, 3)); }

TKD_DSP_INLINE uint32_t tkd_sxtab16(uint32_t base, uint32_t x) {
    return tkd_lanes(tkd_lane(base, 0) + tkd_byte(x, 0), tkd_lane(base, 1) + tkd_byte(x, 2));
}

TKD_DSP_INLINE uint32_t tkd_sxtab16_odd(uint32_t base, uint32_t x) {
    return tkd_lanes(tkd_lane(base, 0) + tkd_byte(x, 1), tkd_lane(base, 1) + tkd_byte(x, 3));
}

TKD_DSP_INLINE uint32_t tkd_pack_low(uint32_t low, uint32_t high) {
    return tkd_lanes(tkd_lane(low, 0), tkd_lane(high, 0));
}

TKD_DSP_INLINE uint32_t tkd_pack_high(uint32_t low, uint32_t high) {
    return tkd_lanes(tkd_lane(low, 1), tkd_lane(high, 1));
}

TKD_DSP_INLINE int32_t tkd_smlad(uint32_t x, uint32_t y, int32_t acc) {
    const uint32_t p0 = (uint32_t)(tkd_lane(x, 0) * tkd_lane(y, 0));
    const uint32_t p1 = (uint32_t)(tkd_lane(x, 1) * tkd_lane(y, 1));
    return tkd_wrap((uint32_t)acc + p0 + p1);
}

TKD_DSP_INLINE int32_t tkd_smuad(uint32_t x, uint32_t y) { return tkd_smlad(x, y, 0); }

TKD_DSP_INLINE int32_t tkd_smlabt(uint32_t x, uint32_t y, int32_t acc) {
    return tkd_wrap((uint32_t)acc + (uint32_t)(tkd_lane(x, 0) * tkd_lane(y, 1)));
}

TKD_DSP_INLINE int32_t tkd_smlatb(uint32_t x, uint32_t y, int32_t acc) {
    return tkd_wrap((uint32_t)acc + (uint32_t)(tkd_lane(x, 1) * tkd_lane(y, 0)));
}

TKD_DSP_INLINE int32_t tkd_smmlar(int32_t x, int32_t y, int32_t round) {
    const int64_t product = (int64_t)x * y + INT64_C(0x80000000);
    return tkd_wrap((uint32_t)round + (uint32_t)((uint64_t)product >> 32));
}

TKD_DSP_INLINE uint32_t tkd_max8(uint32_t x, uint32_t y) {
    uint32_t larger = 0;
    for (int i = 0; i < 4; i++) {
        const uint32_t from = tkd_byte(x, i) >= tkd_byte(y, i) ? x : y;
        larger |= from & ((uint32_t)0xff << (8 * i));
    }
    return larger;
}

TKD_DSP_INLINE int32_t tkd_ssat8_half(int32_t x) {
    const int32_t half = x >> 1;
    return half > 127 ? 127 : half < -128 ? -128 : half;
}

#endif

/*
 * gemmlowp's double-rounding MultiplyByQuantizedMultiplier, output zero point and clamp to int8, in five instructions.
 *
 *   x = (acc * multiplier + 2^30) >> 31                         SaturatingRoundingDoublingHighMul
 *   y = x / 2^shift to nearest, ties away from zero             RoundingDivideByPOT, shift = e + 1 >= 1
 *   clamp(y + zero, -128, 127)
 *
 * With doubled = 2 * acc, SMMULR gives x. Its ties: y = (x + 2^e + (x < 0 ? -1 : 0)) >> (e + 1). The sign of acc may
 * stand for that of x: they differ only where acc < 0 and x = 0, and then (2^e - 1) >> (e + 1) = 0 is still right. The
 * zero point goes in before the shift: round = (2 * zero + 1) << e. SMMLAR adds it all while it multiplies, and SSAT
 * shifts by the last bit. Ranges: |acc| < 2^30, e in [0, 22], multiplier in [0, 2^31): the packer makes sure of them.
 *
 * Where zero is -128, as it is behind a ReLU, the sign may be left out: for acc >= 0 it is 0, and for acc < 0 both x
 * and y are at most 0 with it and without it, so that the result is -128 either way.
 */
TKD_DSP_INLINE int32_t tkd_dsp_requantize(int32_t doubled, int32_t multiplier, int32_t round, uint32_t e) {
    const int32_t x = tkd_smmlar(doubled, multiplier, round + (doubled >> 31));
    return tkd_ssat8_half(x >> e);
}

#ifdef __cplusplus
}
#endif
#endif
