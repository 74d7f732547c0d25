/* ARG_MAX and ARG_MIN, int8 to int32. Equals reference/arg_min_max.h. */
#include "tkd_reduce_s8.h"

void tkd_arg_s8(const int8_t *x, int32_t *y, const tkd_arg_params *p) {
    for (int32_t outer = 0; outer < p->outer; outer++) {
        for (int32_t inner = 0; inner < p->inner; inner++) {
            const int8_t *column = x + outer * p->axis * p->inner + inner;
            int32_t best = 0;
            for (int32_t i = 1; i < p->axis; i++) {
                if (p->sign * column[i * p->inner] > p->sign * column[best * p->inner]) {
                    best = i;
                }
            }
            *y++ = best;
        }
    }
}
