/* MINIMUM, int64. Equals reference/maximum_minimum.h. */
#include "tkd_plain_loops.h"

void tkd_minimum_s64(const void *a, const void *b, void *y, const tkd_rows_params *p) {
    uint8_t *to = (uint8_t *)y;
    TKD_PLAIN_LOOP_S64(memcpy(to, va < vb ? &va : &vb, sizeof va); to += sizeof va);
}
