/*
 * int16 activations times int8 weights: 64-bit sums, rescaled as TFLM does.
 *
 * Equals MultiplyByQuantizedMultiplier(int64_t, ...) in kernels/internal/common.cc for |acc| < 2^47.
 */
#ifndef TKD_WIDE_S16_H
#define TKD_WIDE_S16_H

#include <stdint.h>

#include "tkd_flash.h"
#include "tkd_math.h"

#ifdef __cplusplus
extern "C" {
#endif

/* int64 accumulator to int16: entry channel * step of the tables, clamped to [min, max]. */
typedef struct tkd_requant_s16 {
    const int16_t *multiplier; /* flash, [channels] or [1], [0, 32767] */
    const int8_t *shift;       /* flash, as many, to the right, [8, 46] */
    uint8_t step;              /* 1: per channel, 0: one for all */
    int16_t min, max;
} tkd_requant_s16;

static inline int64_t tkd_load_s64(const int64_t *flash) {
    int64_t value;
    TKD_COPY_FROM_FLASH(&value, flash, sizeof value);
    return value;
}

/*
 * acc * multiplier * 2^-shift, half up; the low word, as in TFLM. shift in [1, 63].
 *
 * floor((v + 2^(shift - 1)) / 2^shift) is v >> shift plus the last bit that falls off; of v >> (shift - 1) the low word
 * and the bit above it will do, which spares shifts of 64 bits.
 */
static inline int32_t tkd_rescale_s64(int64_t acc, int16_t multiplier, int8_t shift) {
    const int64_t v = acc * multiplier;
    const int32_t high = (int32_t)(v >> 32);
    const uint32_t low = (uint32_t)v;
    const int16_t before = (int16_t)(shift - 1);
    if (before >= 32) {
        const int32_t x = high >> (before - 32);
        return (x >> 1) + (x & 1);
    }
    const uint32_t x = (low >> before) | (((uint32_t)high << 1) << (31 - before));
    return (int32_t)(((x >> 1) | ((uint32_t)(high >> before) << 31)) + (x & 1u));
}

static inline int16_t tkd_requantize_s16(int64_t acc, const tkd_requant_s16 *r, uint32_t channel) {
    const uint32_t at = channel * r->step;
    const int32_t scaled = tkd_rescale_s64(acc, TKD_LOAD_S16(r->multiplier + at), TKD_LOAD_S8(r->shift + at));
    return (int16_t)tkd_clamp(scaled, r->min, r->max);
}

/* Sum of x[i] * w[i]; 256 products fit 32 bits. */
static inline int64_t tkd_dot_s16(const int16_t *x, const int8_t *w, uint32_t count) {
    int64_t sum = 0;
    while (count > 0) {
        const uint32_t some = count < 256 ? count : 256;
        int32_t part = 0;
        for (uint32_t i = 0; i < some; i++) {
            part += (int32_t)x[i] * TKD_LOAD_S8(w + i);
        }
        sum += part;
        x += some;
        w += some;
        count -= some;
    }
    return sum;
}

#ifdef __cplusplus
}
#endif
#endif
