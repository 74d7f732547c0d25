#include "tkd_spread_s8.h"

#include "tkd_copy_rows.h"

void tkd_spread_s8(const int8_t *from, int8_t *to, const tkd_spread_params *p) {
    to += p->start;
    for (uint32_t n = 0; n < p->batches; n++) {
        for (uint32_t y = 0; y < p->height; y++) {
            for (uint32_t x = 0; x < p->width; x++, from += p->bytes) {
                tkd_copy_rows(to + n * p->image_step + y * p->row_step + x * p->column_step, from, p->bytes);
            }
        }
    }
}
