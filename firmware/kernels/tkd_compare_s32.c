/* EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, int32 to bool. Equals reference/comparisons.h. */
#include "tkd_plain_loops.h"

void tkd_compare_s32(const int32_t *a, const int32_t *b, uint8_t *y, const tkd_compare_plain_params *p) {
    TKD_PLAIN_LOOP(int32_t, (uint8_t)((p->accept >> TKD_ORDER(va, vb)) & 1));
}
