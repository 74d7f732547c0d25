#include "tkd_square_root_u64.h"

#include <string.h>

#include "tkd_bits.h"

/* The root, to nearest; the largest of 16 bits is never passed. */
static uint32_t root_u32(uint32_t x) {
    const int32_t places = x != 0 ? (tkd_highest_bit_u32(x) - 1) / 2 : 0;
    uint32_t root = 0;
    for (uint32_t bit = (uint32_t)1 << (2 * places); bit != 0; bit >>= 2) {
        const uint32_t tried = root + bit;
        root >>= 1;
        if (x >= tried) {
            x -= tried;
            root += bit;
        }
    }
    return x > root && root != UINT16_MAX ? root + 1 : root;
}

static uint32_t root_u64(uint64_t x) {
    if (x >> 32 == 0) {
        return root_u32((uint32_t)x);
    }
    uint64_t root = 0;
    for (uint64_t bit = (uint64_t)1 << (2 * ((tkd_highest_bit_u64(x) - 1) / 2)); bit != 0; bit >>= 2) {
        const uint64_t tried = root + bit;
        root >>= 1;
        if (x >= tried) {
            x -= tried;
            root += bit;
        }
    }
    return (uint32_t)(x > root && root != UINT32_MAX ? root + 1 : root);
}

void tkd_square_root_u64(const void *input, const int32_t *scale_bits, uint32_t *output,
                         const tkd_square_root_u64_params *p) {
    for (int32_t i = 0; i < p->channels; i++) {
        uint64_t x;
        memcpy(&x, (const uint8_t *)input + i * (int32_t)sizeof x, sizeof x);
        output[i] = root_u64(x) >> (uint32_t)(*scale_bits & 31);
    }
}
