/* ADD of operands that may broadcast. Portable twin: tkd_add_rows_s8. */
#include "tkd_mve_rows_of_two.h"

static inline __attribute__((always_inline)) int32x4_t compute(int32x4_t a, int32x4_t b, const tkd_arith_params *p) {
    const int32x4_t left = TKD_MVE_SCALED(vshlq_n_s32(a, 20), a, p), right = TKD_MVE_SCALED(vshlq_n_s32(b, 20), b, p);
    return TKD_MVE_SCALED(vaddq_s32(left, right), y, p);
}

void tkd_add_rows_mve_s8(const int8_t *a, const int8_t *b, int8_t *y, const tkd_arith_params *p) {
    tkd_mve_rows_of_two(compute, a, b, y, p);
}
