/* MINIMUM, int16. Equals reference/maximum_minimum.h. */
#include "tkd_plain_loops.h"

void tkd_minimum_s16(const int16_t *a, const int16_t *b, int16_t *y, const tkd_rows_params *p) {
    TKD_PLAIN_LOOP(int16_t, va < vb ? va : vb);
}
