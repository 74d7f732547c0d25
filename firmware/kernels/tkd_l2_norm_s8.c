/* L2_NORMALIZATION, int8. Equals reference/integer_ops/l2normalization.h. */
#include "tkd_inverse_sqrt.h"
#include "tkd_math.h"
#include "tkd_reduce_s8.h"

void tkd_l2_norm_s8(const int8_t *x, int8_t *y, const tkd_l2_norm_params *p) {
    for (int32_t row = 0; row < p->rows; row++) {
        int32_t squares = 0;
        for (int32_t i = 0; i < p->depth; i++) {
            const int32_t v = x[i] - p->x_zero;
            squares += v * v;
        }
        int32_t shift;
        const int32_t multiplier = tkd_inverse_sqrt(squares, &shift);
        for (int32_t i = 0; i < p->depth; i++) {
            const int32_t v = tkd_requantize(x[i] - p->x_zero, multiplier, shift + 7);
            y[i] = (int8_t)tkd_clamp(v, -128, 127);
        }
        x += p->depth;
        y += p->depth;
    }
}
