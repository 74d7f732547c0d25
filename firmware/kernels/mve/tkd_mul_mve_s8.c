/* MUL of operands that may broadcast. Portable twin: tkd_mul_s8. */
#include "tkd_mve_rows_of_two.h"

static inline __attribute__((always_inline)) int32x4_t compute(int32x4_t a, int32x4_t b, const tkd_arith_params *p) {
    return TKD_MVE_SCALED(vmulq_s32(a, b), y, p);
}

void tkd_mul_mve_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p) {
    tkd_mve_rows_of_two(compute, a, b, y, p);
}
