#include "tkd_table_rows.h"

#include <stddef.h>

#include "tkd_flash.h"
#include "tkd_gather.h"

void tkd_table_rows(const int32_t *indices, int8_t *y, const tkd_table_rows_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        const int8_t *row = p->table + tkd_gather_index(indices[i], p->rows) * p->row_bytes;
        TKD_COPY_FROM_FLASH(y, row, (size_t)p->row_bytes);
        y += p->row_bytes;
    }
}
