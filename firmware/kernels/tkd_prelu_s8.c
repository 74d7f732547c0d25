/* PRELU, int8: x where x >= 0, else alpha * x. Equals reference/prelu.h. */
#define VALUE int8_t
#include "tkd_prelu_body.h"

void tkd_prelu_s8(const int8_t *x, const int8_t *alpha, int8_t *y, const tkd_prelu_params *p) {
    prelu(x, alpha, y, p, INT8_MIN, INT8_MAX);
}
