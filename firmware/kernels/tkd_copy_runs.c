#include "tkd_copy_runs.h"

#include <string.h>

#define WORD 4u

/* memcpy of a small C library goes byte by byte; one of a word is an instruction where the core reads at any address.
 */
static void copy_run(uint8_t *to, const uint8_t *from, uint32_t bytes) {
    uint32_t i = 0;
    for (; i + WORD <= bytes; i += WORD) {
        memcpy(to + i, from + i, WORD);
    }
    for (; i < bytes; ++i) {
        to[i] = from[i];
    }
}

void tkd_copy_runs(const void *input, void *output, const tkd_copy_runs_params *p) {
    const uint8_t *const from = (const uint8_t *)input + p->start;
    uint8_t *const to = (uint8_t *)output;
    for (uint32_t i = 0; i < p->runs; ++i) {
        copy_run(to + i * p->bytes, from + i * p->step, p->bytes);
    }
}
