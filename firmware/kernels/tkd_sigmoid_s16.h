/*
 * Sigmoid and tanh on int16 by a table of sigmoid(i / 24), 0.16 fixed point, with linear interpolation.
 *
 * The input is brought to steps of 1 / (3 * 4096) by multiplier and a rounding right shift. The results equal
 * Logistic and Tanh of reference/integer_ops/{logistic,tanh}.h on int16.
 */
#ifndef TKD_SIGMOID_S16_H
#define TKD_SIGMOID_S16_H

#include <stdint.h>

#include "tkd_flash.h"
#include "tkd_integers.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_sigmoid_scale {
    int32_t multiplier;
    int32_t right_shift; /* [0, 31) */
} tkd_sigmoid_scale;

extern const uint16_t tkd_sigmoid_table[256];

static inline uint32_t tkd_sigmoid_entry(uint32_t index) { return (uint16_t)TKD_LOAD_S16(tkd_sigmoid_table + index); }

/* x in steps of 1 / 12288; |result| < 2^31. */
static inline int32_t tkd_sigmoid_input(int16_t x, const tkd_sigmoid_scale *scale) {
    const int32_t round = scale->right_shift > 0 ? (int32_t)1 << (scale->right_shift - 1) : 0;
    return (x * scale->multiplier + round) >> scale->right_shift;
}

/* sigmoid(x) as Q0.15. */
static inline int16_t tkd_sigmoid_s16(int32_t x) {
    const uint32_t magnitude = (uint32_t)(x < 0 ? -x : x);
    const uint32_t index = magnitude >> 9;
    uint32_t result = (uint32_t)0x7FFF << 10;
    if (index < 255) {
        const uint32_t low = tkd_sigmoid_entry(index), high = tkd_sigmoid_entry(index + 1);
        result = (low << 9) + (magnitude & 0x1FF) * (high - low);
    }
    result = x >= 0 ? result + (1 << 9) : ((uint32_t)1 << 25) - result + (1 << 9) - 1;
    return (int16_t)(result >> 10);
}

/* tanh(x) = 2 sigmoid(2 x) - 1 as Q0.15. */
static inline int16_t tkd_tanh_s16(int32_t x) {
    const uint32_t magnitude = (uint32_t)(x < 0 ? -x : x);
    const uint32_t index = magnitude >> 8;
    int32_t result = (int32_t)0xFFFF << 8;
    if (index < 255) {
        const uint32_t low = tkd_sigmoid_entry(index), high = tkd_sigmoid_entry(index + 1);
        result = (int32_t)((low << 8) + (magnitude & 0xFF) * (high - low));
    }
    result = x >= 0 ? result - ((int32_t)1 << 23) + (1 << 7) : -result + ((int32_t)1 << 23) + (1 << 7) - 1;
    return (int16_t)(result >> 8);
}

#ifdef __cplusplus
}
#endif
#endif
