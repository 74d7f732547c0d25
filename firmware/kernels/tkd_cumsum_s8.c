/* Equals reference/cumsum.h. */
#include "tkd_sums_s8.h"

static void along(const int8_t *x, int8_t *y, int32_t step, const tkd_cumsum_params *p) {
    int32_t sum = tkd_sums_term(0, &p->scale); /* TFLM begins with what a raw 0 stands for */
    for (int32_t k = 0; k < p->depth; k++) {
        const int32_t at = (p->reverse ? p->depth - 1 - k : k) * step;
        const int32_t after = tkd_sums_add(sum, tkd_sums_term(x[at], &p->scale));
        y[at] = tkd_sums_output(p->exclusive ? sum : after, &p->scale);
        sum = after;
    }
}

void tkd_cumsum_s8(const int8_t *x, int8_t *y, const tkd_cumsum_params *p) {
    for (int32_t outer = 0; outer < p->outer; outer++) {
        for (int32_t i = 0; i < p->inner; i++) {
            along(x + i, y + i, p->inner, p);
        }
        x += p->depth * p->inner;
        y += p->depth * p->inner;
    }
}
