/* MAXIMUM, int32. Equals reference/maximum_minimum.h. */
#include "tkd_plain_loops.h"

void tkd_maximum_s32(const int32_t *a, const int32_t *b, int32_t *y, const tkd_rows_params *p) {
    TKD_PLAIN_LOOP(int32_t, va > vb ? va : vb);
}
