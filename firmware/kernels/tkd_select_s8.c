/* SELECT_V2, int8: condition ? a : b. Equals reference/select.h. */
#include "tkd_arith_s8.h"

#define VALUE int8_t
#include "tkd_select_body.h"

void tkd_select_s8(const uint8_t *condition, const int8_t *a, const int8_t *b, int8_t *y, const tkd_rows_params *p) {
    choose(condition, a, b, y, &p->rows);
}
