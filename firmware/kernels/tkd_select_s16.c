/* SELECT_V2, int16: condition ? a : b. Equals reference/select.h. */
#include "tkd_arith_s16.h"

#define VALUE int16_t
#include "tkd_select_body.h"

void tkd_select_s16(const uint8_t *condition, const int16_t *a, const int16_t *b, int16_t *y,
                    const tkd_rows_params *p) {
    choose(condition, a, b, y, &p->rows);
}
