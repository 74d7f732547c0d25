/* Moving int16 samples about. */
#ifndef TKD_SAMPLES_S16_H
#define TKD_SAMPLES_S16_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* count samples from one place to another that may overlap it. */
static inline void tkd_move_samples(int16_t *to, const int16_t *from, int32_t count) {
    memmove(to, from, (size_t)(count * (int32_t)sizeof *to));
}

static inline void tkd_clear_samples(int16_t *at, int32_t count) {
    memset(at, 0, (size_t)(count * (int32_t)sizeof *at));
}

#endif
