/* PRELU, int16 with slopes of int8: x where x >= 0, else alpha * x. Equals reference/prelu.h. */
#include "tkd_arith_s16.h"

#define VALUE int16_t
#include "tkd_prelu_body.h"

void tkd_prelu_s16(const int16_t *x, const int8_t *alpha, int16_t *y, const tkd_prelu_params *p) {
    prelu(x, alpha, y, p, INT16_MIN, INT16_MAX);
}
