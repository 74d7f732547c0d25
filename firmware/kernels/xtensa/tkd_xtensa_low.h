/*
 * Requantisation where the lowest output is the zero point, as behind a ReLU, and below 0: then no sum below 0 gives
 * another output than that, and of the others the multiplier's halves give, in 32 bits and with both roundings in one,
 *   (x + 2^14 + 2^(e + 15)) >> (e + 16), x = floor(acc * m / 2^16).
 * m is at least 2^30 and e at most 7, so that from x = 2^31 on the output is the highest: 256 above the zero point.
 */
#ifndef TKD_XTENSA_LOW_H
#define TKD_XTENSA_LOW_H

#include <stdint.h>

#include "tkd_xtensa.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_xtensa_low {
    uint32_t m0, m1, shift;
    int32_t round, low, high;
} tkd_xtensa_low;

/* round: 2 * output zero point + 1. */
static inline tkd_xtensa_low tkd_xtensa_low_of(int32_t multiplier, uint32_t code, int32_t round, int32_t low,
                                               int32_t high) {
    const uint32_t m = (uint32_t)multiplier, e = code - TKD_XTENSA_LOW;
    const uint32_t both = ((uint32_t)round << (e + 15u)) + 0x4000u;
    const tkd_xtensa_low s = {m & 0xFFFFu, m >> 16, e + 16u, (int32_t)both, low, high};
    return s;
}

static inline int8_t tkd_xtensa_scaled_low(int32_t acc, const tkd_xtensa_low *s) {
    const uint32_t sum = (uint32_t)acc;
    if (acc < 0 || acc >= 0x20000) {
        return (int8_t)(acc < 0 ? s->low : s->high);
    }
    const uint32_t x = sum * s->m1 + (sum >> 16) * s->m0 + (((sum & 0xFFFFu) * s->m0) >> 16);
    const int32_t v = x > 0x7FFFFFFFu ? s->high : ((int32_t)x + s->round) >> s->shift;
    return (int8_t)(v < s->high ? v : s->high);
}

/* Four sums side by side, to outputs that are step bytes from each other. */
static inline void tkd_xtensa_store_low_4(const int32_t *sums, int8_t *output, uint32_t step, const tkd_xtensa_low *s) {
#if defined(__XTENSA__) && defined(__GNUC__) && defined(__OPTIMIZE__)
    /* clang-format off */
    /* At 2 those that are not in [0, 2^16): at 5 in [2^16, 2^17), where the sum's high half is 1. */
#define TKD_XTENSA_ONE(at)               \
    "l32i  %[v], %[sums], " at "\n"      \
    "bltu  %[limit], %[v], 2f\n"         \
    "mull  %[t], %[m1], %[v]\n"          \
    "mull  %[v], %[m0], %[v]\n"          \
    "add   %[t], %[t], %[round]\n"       \
    "extui %[v], %[v], 16, 16\n"         \
    "add   %[v], %[v], %[t]\n"           \
    "1:\n"                               \
    "sra   %[v], %[v]\n"                 \
    "bge   %[high], %[v], 4f\n"          \
    "3:\n"                               \
    "mov   %[v], %[high]\n"              \
    "j     4f\n"                         \
    "5:\n"                               \
    "extui %[t], %[v], 17, 15\n"         \
    "bnez  %[t], 3b\n"                   \
    "mull  %[t], %[m1], %[v]\n"          \
    "extui %[v], %[v], 0, 16\n"          \
    "mull  %[v], %[m0], %[v]\n"          \
    "add   %[t], %[t], %[m0]\n"          \
    "extui %[v], %[v], 16, 16\n"         \
    "add   %[v], %[v], %[t]\n"           \
    "bltz  %[v], 3b\n"                   \
    "add   %[v], %[v], %[round]\n"       \
    "j     1b\n"                         \
    "2:\n"                               \
    "bgez  %[v], 5b\n"                   \
    "mov   %[v], %[low]\n"               \
    "4:\n"                               \
    "s8i   %[v], %[to], 0\n"             \
    "add   %[to], %[to], %[step]\n"
    /* clang-format on */
    uint32_t v, t;
    __asm__ volatile("ssr   %[shift]\n" TKD_XTENSA_ONE("0") TKD_XTENSA_ONE("4") TKD_XTENSA_ONE("8") TKD_XTENSA_ONE("12")
                     : [v] "=&r"(v), [t] "=&r"(t), [to] "+r"(output)
                     : [sums] "r"(sums), [step] "r"(step), [m0] "r"(s->m0), [m1] "r"(s->m1), [round] "r"(s->round),
                       [shift] "r"(s->shift), [low] "r"(s->low), [high] "r"(s->high), [limit] "r"(0xFFFF)
                     : "memory");
#undef TKD_XTENSA_ONE
#else
    for (uint32_t i = 0, to = 0; i < 4; i++, to += step) {
        output[to] = tkd_xtensa_scaled_low(sums[i], s);
    }
#endif
}

#ifdef __cplusplus
}
#endif
#endif
