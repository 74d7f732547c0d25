#include "tkd_copy_rows.h"

static void copy_words(uint32_t *to, const uint32_t *from, uint32_t words) {
    for (; words >= 4u; words -= 4u, to += 4, from += 4) {
        const uint32_t a = from[0], b = from[1], c = from[2], d = from[3];
        to[0] = a;
        to[1] = b;
        to[2] = c;
        to[3] = d;
    }
    for (; words > 0u; --words) {
        *to++ = *from++;
    }
}

void tkd_copy_rows(void *to, const void *from, uint32_t bytes) {
    const uint32_t both = ((uint32_t)(uintptr_t)to | (uint32_t)(uintptr_t)from) % 4u;
    const uint32_t words = both == 0u ? bytes / 4u : 0u;
    uint8_t *const target = (uint8_t *)to;
    const uint8_t *const source = (const uint8_t *)from;
    copy_words((uint32_t *)to, (const uint32_t *)from, words);
    for (uint32_t i = words * 4u; i < bytes; ++i) {
        target[i] = source[i];
    }
}
