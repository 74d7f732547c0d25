/*
 * The place of the highest bit that is set. Equals MostSignificantBit32 and 64 of signal/src/msb_32.cc and msb_64.cc as
 * GCC and Clang build them: their answer for 0 is the width.
 */
#ifndef TKD_BITS_H
#define TKD_BITS_H

#include <stdint.h>

#include "tkd_integers.h"

#ifdef __cplusplus
extern "C" {
#endif

/* [in] x  any. Returns 1 for 1, 2 for 2 and 3, ... 32; and 32 for 0. */
static inline int32_t tkd_highest_bit_u32(uint32_t x) {
#if defined(__ARM_FEATURE_CLZ) && defined(__GNUC__)
    return x != 0 ? 32 - __builtin_clzl(x) : 32;
#else
    int32_t place = 1;
    if (x == 0) {
        return 32;
    }
    for (int32_t step = 16; step > 0; step >>= 1) {
        if (x >> step != 0) {
            x >>= step;
            place += step;
        }
    }
    return place;
#endif
}

/* [in] x  any. As above; 64 for 0. */
static inline int32_t tkd_highest_bit_u64(uint64_t x) {
    const uint32_t high = (uint32_t)(x >> 32);
    if (high != 0) {
        return 32 + tkd_highest_bit_u32(high);
    }
    return x != 0 ? tkd_highest_bit_u32((uint32_t)x) : 64;
}

#ifdef __cplusplus
}
#endif
#endif
