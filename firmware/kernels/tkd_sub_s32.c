/* SUB, int32, wrapping. Equals the case of int32 in micro/kernels/sub.cc. */
#include "tkd_plain_loops.h"

void tkd_sub_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_plain_params *p) {
    TKD_PLAIN_LOOP(int32_t, tkd_clamp((int32_t)((uint32_t)va - (uint32_t)vb), p->min, p->max));
}
