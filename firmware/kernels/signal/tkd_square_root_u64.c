#include "tkd_square_root_u64.h"

#include <string.h>

#include "tkd_bits.h"

/*
 * Roots by division (Zimmermann, Karatsuba Square Root, INRIA RR-3805): of the upper half of a number digit by digit,
 * the other half of the root from one division of what is left of it. Numbers are moved up first, by pairs of bits, so
 * that one of the two highest bits is set.
 */
typedef struct root {
    uint32_t root; /* rounded down */
    uint32_t rest; /* at most 2 root */
} root;

/* Of [2^6, 2^8). */
static root root_u8(uint32_t x) {
    root r = {0, x};
    for (uint32_t bit = 64u; bit != 0; bit >>= 2) {
        const uint32_t tried = r.root + bit;
        r.root >>= 1;
        if (r.rest >= tried) {
            r.rest -= tried;
            r.root += bit;
        }
    }
    return r;
}

/* Of a number with 2 * bits more bits below; `upper`: of what is above. */
static root continued(root upper, uint32_t below, uint32_t bits) {
    const uint32_t left = (upper.rest << bits) | (below >> bits);
    const uint32_t digit = left / (2u * upper.root), over = left - digit * 2u * upper.root;
    const uint32_t have = (over << bits) | (below & (((uint32_t)1 << bits) - 1u)), need = digit * digit;
    root r = {(upper.root << bits) + digit, have - need};
    if (have < need) {
        r.root -= 1u;
        r.rest += 2u * r.root + 1u;
    }
    return r;
}

/* Of [2^30, 2^32). */
static root root_u32(uint32_t x) {
    const root upper = continued(root_u8(x >> 24), (x >> 16) & 0xffu, 4);
    return continued(upper, x & 0xffffu, 8);
}

/* Of [2^62, 2^64), rounded down. The rest of the upper half may have 17 bits, so half of what is left is divided. */
static uint32_t root_u64(uint64_t x) {
    const uint32_t low = (uint32_t)x;
    const root upper = root_u32((uint32_t)(x >> 32));
    const uint32_t half = (upper.rest << 15) | (low >> 17);
    const uint32_t digit = half / upper.root;
    const uint32_t over = ((upper.rest << 16) | (low >> 16)) - digit * 2u * upper.root;
    const uint64_t have = ((uint64_t)over << 16) | (low & 0xffffu), need = (uint64_t)digit * digit;
    return (upper.root << 16) + digit - (have < need ? 1u : 0u);
}

/* To nearest; the largest of its half of the bits is never passed. */
static uint32_t nearest(uint64_t x) {
    const uint32_t high = (uint32_t)(x >> 32);
    if (x == 0) {
        return 0;
    }
    if (high == 0) {
        const int32_t up = (32 - tkd_highest_bit_u32((uint32_t)x)) / 2;
        const uint32_t small = root_u32((uint32_t)x << (2 * up)).root >> up;
        return (uint32_t)x - small * small > small && small != UINT16_MAX ? small + 1u : small;
    }
    const int32_t up = (32 - tkd_highest_bit_u32(high)) / 2;
    const uint32_t large = root_u64(x << (2 * up)) >> up;
    return x - (uint64_t)large * large > large && large != UINT32_MAX ? large + 1u : large;
}

void tkd_square_root_u64(const void *input, const int32_t *scale_bits, uint32_t *output,
                         const tkd_square_root_u64_params *p) {
    for (int32_t i = 0; i < p->channels; i++) {
        uint64_t x;
        memcpy(&x, (const uint8_t *)input + i * (int32_t)sizeof x, sizeof x);
        output[i] = nearest(x) >> (uint32_t)(*scale_bits & 31);
    }
}
