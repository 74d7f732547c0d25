/* DIV, int32, towards zero. Equals the case of int32 in micro/kernels/div.cc. */
#include "tkd_plain_loops.h"

static int32_t quotient(int32_t a, int32_t b) {
    if (b == -1) {
        return (int32_t)(0u - (uint32_t)a);
    }
    return b == 0 ? 0 : a / b;
}

void tkd_div_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_plain_params *p) {
    TKD_PLAIN_LOOP(int32_t, tkd_clamp(quotient(va, vb), p->min, p->max));
}
