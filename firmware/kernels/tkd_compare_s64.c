/* EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, int64 to bool. Equals reference/comparisons.h. */
#include "tkd_plain_loops.h"

void tkd_compare_s64(const void *a, const void *b, uint8_t *y, const tkd_compare_plain_params *p) {
    TKD_PLAIN_LOOP_S64(*y++ = (uint8_t)((p->accept >> TKD_ORDER(va, vb)) & 1));
}
