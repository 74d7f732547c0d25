/* SQUARED_DIFFERENCE, int32, wrapping. Equals the case of int32 in micro/kernels/squared_difference.cc. */
#include "tkd_plain_loops.h"

static int32_t square(uint32_t x) { return (int32_t)(x * x); }

void tkd_squared_difference_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_plain_params *p) {
    TKD_PLAIN_LOOP(int32_t, tkd_clamp(square((uint32_t)va - (uint32_t)vb), p->min, p->max));
}
