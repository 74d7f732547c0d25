#include "tkd_move_rows.h"

/* Forwards, to a lower address: what is overwritten has been read. memmove of a small C library goes byte by byte. */
static void move_words(uint32_t *to, const uint32_t *from, uint32_t words) {
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

void tkd_move_rows(void *rows, const tkd_move_rows_params *p) {
    const uint32_t words = p->moved % 4u == 0u ? p->kept / 4u : 0u;
    uint8_t *const to = (uint8_t *)rows;
    const uint8_t *const from = to + p->moved;
    move_words((uint32_t *)rows, (const uint32_t *)(const void *)from, words);
    for (uint32_t i = words * 4u; i < p->kept; ++i) {
        to[i] = from[i];
    }
}
