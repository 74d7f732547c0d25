/* tkd_xtensa_low.h beside gemmlowp's two roundings: sums around every tie, around the bounds of its ways, and at the
 * ends of int32. */
#include <stdio.h>

#include "tkd_math.h"
#include "tkd_xtensa_low.h"

#define LARGEST_E 7

static long compare(int32_t acc, int32_t multiplier, uint32_t e, int32_t zero, int32_t high) {
    const tkd_xtensa_low s = tkd_xtensa_low_of(multiplier, TKD_XTENSA_LOW + e, 2 * zero + 1, zero, high);
    return tkd_xtensa_scaled_low(acc, &s) !=
           tkd_clamp(tkd_requantize(acc, multiplier, -1 - (int32_t)e) + zero, zero, high);
}

static long around(int32_t acc, int32_t multiplier, uint32_t e, int32_t zero, int32_t high) {
    long different = 0;
    for (int32_t d = -3; d <= 3; d++) {
        different += compare(acc + d, multiplier, e, zero, high);
    }
    return different;
}

static long of_scale(int32_t multiplier, uint32_t e, int32_t zero, int32_t high) {
    static const int32_t bounds[] = {-0x7ffffff0, 0, 0x8000, 0x10000, 0x18000, 0x20000, 0x40000, 0x7ffffff0};
    long different = 0;
    for (uint32_t i = 0; i < 8; i++) {
        different += around(bounds[i], multiplier, e, zero, high);
    }
    for (int32_t y = 0; y <= 300; y++) {
        const double tie = (y + 0.5) * (double)(2u << e) * 2147483648.0 / multiplier;
        different += around((int32_t)tie, multiplier, e, zero, high);
    }
    return different;
}

int main(void) {
    static const int32_t zeros[] = {-128, -127, -77, -1};
    uint32_t state = 1;
    long different = 0;
    for (uint32_t e = 0; e <= LARGEST_E; e++) {
        for (uint32_t i = 0; i < 4; i++) {
            different += of_scale(0x40000000, e, zeros[i], 127) + of_scale(0x7fffffff, e, zeros[i], 127);
            for (uint32_t j = 0; j < 300; j++) {
                state = state * 1664525u + 1013904223u;
                different += of_scale((int32_t)(0x40000000u | (state >> 2)), e, zeros[i], j & 1u ? 127 : 5);
            }
        }
    }
    printf("%ld\n", different);
    return 0;
}
