#include "tkd_copy.h"

#include <stddef.h>
#include <string.h>

static void copy_row(const uint8_t *from, int32_t from_step, uint8_t *to, int32_t to_step, const tkd_copy_params *p) {
    const int32_t bytes = p->element_bytes, count = p->rows.row_count;
    if (from_step == 1 && to_step == 1) {
        memcpy(to, from, (size_t)(count * bytes));
    } else if (bytes == 1) {
        for (int32_t i = 0; i < count; i++) {
            to[i * to_step] = from[i * from_step];
        }
    } else {
        for (int32_t i = 0; i < count; i++) {
            memcpy(to + i * to_step * bytes, from + i * from_step * bytes, (size_t)bytes);
        }
    }
}

void tkd_copy(const void *input, void *output, const tkd_copy_params *p) {
    const uint8_t *from = (const uint8_t *)input;
    uint8_t *to = (uint8_t *)output;
    const int32_t bytes = p->element_bytes;
    tkd_row row = tkd_rows_first(&p->rows);

    do {
        copy_row(from + row.offset[0] * bytes, p->rows.row_step[0], to + row.offset[1] * bytes, p->rows.row_step[1], p);
    } while (tkd_rows_next(&p->rows, &row));
}
