/* Equals AbsEvalQuantized in micro/kernels/elementwise.cc. */
#include "tkd_abs_s16.h"

#include "tkd_math.h"

void tkd_abs_s16(const int16_t *x, int16_t *y, const tkd_abs_s16_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t value = x[i];
        const int32_t v = tkd_requantize(value < 0 ? -value : value, p->multiplier, p->shift);
        y[i] = (int16_t)tkd_clamp(v, INT16_MIN, INT16_MAX);
    }
}
