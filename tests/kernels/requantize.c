/* The short requantisations beside gemmlowp's two roundings, over accumulators, multipliers and shifts that include all
 * ties. */
#include <stdio.h>

#include "tkd_dsp.h"
#include "tkd_math.h"
#include "tkd_v6m.h"

static uint32_t state = 12345;

static uint32_t random_bits(void) {
    state = state * 1664525u + 1013904223u;
    return (state >> 16) | (state << 16);
}

static int32_t expected(int32_t acc, int32_t multiplier, int32_t shift, int32_t zero) {
    return tkd_clamp(tkd_requantize(acc, multiplier, -shift) + zero, -128, 127);
}

static long compare(int32_t acc, int32_t multiplier, int32_t shift, int32_t zero) {
    const uint32_t e = (uint32_t)shift - 1u;
    const int32_t want = expected(acc, multiplier, shift, zero), round = 2 * zero + 1;
    const int32_t dsp = tkd_dsp_requantize(2 * acc, multiplier, (int32_t)((uint32_t)round << e), e);
    const int32_t v6m = tkd_clamp(tkd_v6m_requantize(acc, multiplier, round, e), -128, 127);
    return (dsp != want) + (v6m != want);
}

/* Accumulators around those whose scaled value is a tie, or nearly one, of either rounding. */
static long around(int32_t multiplier, int32_t shift, int32_t zero) {
    long different = 0;
    for (int32_t y = -300; y <= 300; y++) {
        const double tie = (y + 0.5) * (double)(1LL << shift) * 2147483648.0 / multiplier;
        if (tie < -8388000.0 || tie > 8388000.0) {
            continue;
        }
        for (int32_t d = -3; d <= 3; d++) {
            different += compare((int32_t)tie + d, multiplier, shift, zero);
        }
    }
    return different;
}

int main(void) {
    static const int32_t multipliers[] = {0,          0x40000000, 0x40000001, 0x50000000, 0x60000000,
                                          0x7fffffff, 0x7ffffffe, 0x5a827999, 0x55555555, 0x6aaaaaab};
    long different = 0, high = 0;
    for (int32_t shift = 1; shift <= 23; shift++) {
        for (int32_t i = 1; i < 10; i++) {
            different += around(multipliers[i], shift, (int32_t)(random_bits() % 256u) - 128);
        }
        for (int32_t i = 0; i < 100; i++) {
            different +=
                around((int32_t)(0x40000000u | (random_bits() >> 2)), shift, (int32_t)(random_bits() % 256u) - 128);
        }
        for (int32_t i = 0; i < 200000; i++) {
            const int32_t acc = (int32_t)(random_bits() >> (8u + random_bits() % 20u)) - (i % 2 ? 0 : 8388607);
            const int32_t multiplier = (int32_t)(0x40000000u | (random_bits() >> 2));
            different += compare(acc < -8388607 ? 0 : acc > 8388607 ? 1 : acc, multiplier, shift, i % 256 - 128);
        }
    }
    for (int32_t acc = -8388607; acc <= 8388607; acc++) { /* every accumulator once */
        const int32_t shift = (int32_t)(random_bits() % 23u) + 1;
        different += compare(acc, multipliers[(uint32_t)acc % 10u], shift, acc % 128);
    }
    for (int32_t i = 0; i < 2000000; i++) { /* the whole range of tkd_v6m_high_mul */
        const int32_t a = (int32_t)(random_bits() % 0x1ff00000u) - (1 << 28), m = (int32_t)(random_bits() >> 1);
        high += tkd_v6m_high_mul(a, m) != tkd_high_mul(a, m);
    }
    const int32_t edges[] = {-(1 << 28), -(1 << 28) + 1, -8193, -8192, -1, 0, 1, 8191, 8192, 0xfefffff};
    for (int i = 0; i < 10; i++) {
        for (int j = 0; j < 10; j++) {
            high += tkd_v6m_high_mul(edges[i], multipliers[j]) != tkd_high_mul(edges[i], multipliers[j]);
        }
    }
    printf("%ld %ld\n", different, high);
    return 0;
}
