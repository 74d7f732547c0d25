/* EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, bool to bool. Equals reference/comparisons.h. */
#include "tkd_plain_loops.h"

void tkd_compare_b8(const uint8_t *a, const uint8_t *b, uint8_t *y, const tkd_compare_plain_params *p) {
    TKD_PLAIN_LOOP(uint8_t, (uint8_t)((p->accept >> TKD_ORDER(va, vb)) & 1));
}
