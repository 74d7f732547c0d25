/*
 * Two int16 in a word, as the Arm cores with DSP instructions (Cortex-M4, M7, M33, M55) compute with: lane 0 in bits 0
 * to 15. Also four int8 in a word, which become two such words. TKD_LANES is 1 where there are such instructions; the
 * kernels have plain C beside them for all other cores.
 */
#ifndef TKD_LANES_H
#define TKD_LANES_H

#include <stdint.h>
#include <string.h>

#include "tkd_integers.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__GNUC__)
#define TKD_LANES 1
#else
#define TKD_LANES 0
#endif

#if TKD_LANES

/* The compiler takes `x` for a new value from here on. */
#define TKD_LANES_KEEP(x) __asm__("" : "+r"(x))

#define TKD_LANES_INLINE static inline __attribute__((always_inline))

TKD_LANES_INLINE uint32_t tkd_lanes_load(const int16_t *from) {
    uint32_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

TKD_LANES_INLINE void tkd_lanes_store(int16_t *to, uint32_t word) { memcpy(to, &word, sizeof word); }

#define TKD_LANES_OF_TWO(name, instruction)                                                                            \
    TKD_LANES_INLINE uint32_t name(uint32_t a, uint32_t b) {                                                           \
        uint32_t y;                                                                                                    \
        __asm__(instruction " %0, %1, %2" : "=r"(y) : "r"(a), "r"(b));                                                 \
        return y;                                                                                                      \
    }

/* Lane by lane, modulo 2^16; halves: of the whole sum, rounded down. */
TKD_LANES_OF_TWO(tkd_lanes_add, "sadd16")
TKD_LANES_OF_TWO(tkd_lanes_subtract, "ssub16")
TKD_LANES_OF_TWO(tkd_lanes_half_sum, "shadd16")
TKD_LANES_OF_TWO(tkd_lanes_half_difference, "shsub16")
TKD_LANES_OF_TWO(tkd_lanes_add_turned, "sasx")      /* a0 - b1, a1 + b0 */
TKD_LANES_OF_TWO(tkd_lanes_subtract_turned, "ssax") /* a0 + b1, a1 - b0 */
TKD_LANES_OF_TWO(tkd_lanes_product_0, "smulbb")     /* a0 b0 */
TKD_LANES_OF_TWO(tkd_lanes_product_1, "smultt")     /* a1 b1 */
TKD_LANES_OF_TWO(tkd_lanes_squares, "smuad")        /* a0 b0 + a1 b1 */

#define TKD_LANES_OF_THREE(name, instruction)                                                                          \
    TKD_LANES_INLINE int32_t name(uint32_t a, uint32_t b, int32_t sum) {                                               \
        int32_t y;                                                                                                     \
        __asm__(instruction " %0, %1, %2, %3" : "=r"(y) : "r"(a), "r"(b), "r"(sum));                                   \
        return y;                                                                                                      \
    }

TKD_LANES_OF_THREE(tkd_lanes_add_0, "smlabb")     /* sum + a0 b0 */
TKD_LANES_OF_THREE(tkd_lanes_add_1, "smlatb")     /* sum + a1 b0 */
TKD_LANES_OF_THREE(tkd_lanes_sum, "smlad")        /* sum + a0 b0 + a1 b1 */
TKD_LANES_OF_THREE(tkd_lanes_real, "smlsd")       /* sum + a0 b0 - a1 b1 */
TKD_LANES_OF_THREE(tkd_lanes_imaginary, "smladx") /* sum + a0 b1 + a1 b0 */

/* Four int8 from any address. */
TKD_LANES_INLINE uint32_t tkd_lanes_load_s8(const int8_t *from) {
    uint32_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

/* int8 0 and 2 of a word as lanes 0 and 1. */
TKD_LANES_INLINE uint32_t tkd_lanes_even(uint32_t four) {
    uint32_t y;
    __asm__("sxtb16 %0, %1" : "=r"(y) : "r"(four));
    return y;
}

/* int8 1 and 3. */
TKD_LANES_INLINE uint32_t tkd_lanes_odd(uint32_t four) {
    uint32_t y;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(y) : "r"(four));
    return y;
}

/* Bits 15 to 30 of both. */
TKD_LANES_INLINE uint32_t tkd_lanes_of_q15(int32_t low, int32_t high) {
    uint32_t y;
    __asm__("pkhbt %0, %1, %2, lsl #1" : "=r"(y) : "r"(low >> 15), "r"(high));
    return y;
}

/* Lane 0 of low, lane 1 of high. */
TKD_LANES_INLINE uint32_t tkd_lanes_join(uint32_t low, uint32_t high) {
    uint32_t y;
    __asm__("pkhbt %0, %1, %2" : "=r"(y) : "r"(low), "r"(high));
    return y;
}

/* Lane 0 of both. */
TKD_LANES_INLINE uint32_t tkd_lanes_pack(int32_t low, int32_t high) {
    uint32_t y;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(y) : "r"(low), "r"(high));
    return y;
}

/* Lane 1 of both. */
TKD_LANES_INLINE uint32_t tkd_lanes_pack_high(uint32_t low, uint32_t high) {
    uint32_t y;
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(y) : "r"(high), "r"(low));
    return y;
}

/* The size of each lane; -32768 stays what it is. */
TKD_LANES_INLINE uint32_t tkd_lanes_size(uint32_t x) {
    uint32_t y;
    __asm__("ssub16 %0, %1, %2\n\tsel %0, %0, %2" : "=&r"(y) : "r"(0), "r"(x) : "cc");
    return y;
}

TKD_LANES_INLINE int32_t tkd_lanes_saturated(int32_t x) {
    int32_t y;
    __asm__("ssat %0, #16, %1" : "=r"(y) : "r"(x) : "cc");
    return y;
}

TKD_LANES_INLINE uint32_t tkd_lanes_reversed_bits(uint32_t x) {
    uint32_t y;
    __asm__("rbit %0, %1" : "=r"(y) : "r"(x));
    return y;
}

#endif
#endif
