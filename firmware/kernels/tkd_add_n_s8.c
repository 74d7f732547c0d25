/* Equals reference/add_n.h. */
#include "tkd_sums_s8.h"

void tkd_add_n_s8(const int8_t *const *inputs, int32_t n, int8_t *y, const tkd_add_n_params *p) {
    const int32_t start = tkd_sums_term(0, &p->scale); /* TFLM begins with what a raw 0 stands for */
    for (int32_t i = 0; i < p->count; i++) {
        int32_t sum = start;
        for (int32_t k = 0; k < n; k++) {
            sum = tkd_sums_add(sum, tkd_sums_term(inputs[k][i], &p->scale));
        }
        y[i] = tkd_sums_output(sum, &p->scale);
    }
}
