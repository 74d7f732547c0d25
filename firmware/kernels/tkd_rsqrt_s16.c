/* Equals RsqrtEvalQuantized in micro/kernels/elementwise.cc. */
#include "tkd_rsqrt_s16.h"

#include "tkd_inverse_sqrt.h"
#include "tkd_math.h"

static int16_t rsqrt(int16_t x, const tkd_rsqrt_s16_params *p) {
    if (x <= 0) {
        return INT16_MAX;
    }
    int32_t shift;
    const int32_t multiplier = tkd_inverse_sqrt(x, &shift);
    const int32_t root = tkd_requantize(1, multiplier, shift + 20);
    return (int16_t)tkd_clamp(tkd_requantize(root, p->multiplier, p->shift), INT16_MIN, INT16_MAX);
}

void tkd_rsqrt_s16(const int16_t *x, int16_t *y, const tkd_rsqrt_s16_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        y[i] = rsqrt(x[i], p);
    }
}
