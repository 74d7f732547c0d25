/* Equals micro/kernels/dynamic_update_slice.cc. */
#include "tkd_update_slice.h"

#include <stddef.h>
#include <string.h>

static int64_t index_at(const uint8_t *indices, int32_t i, int32_t bytes) {
    int64_t wide;
    int32_t narrow;
    if (bytes == 8) {
        memcpy(&wide, indices + i * 8, sizeof wide);
        return wide;
    }
    memcpy(&narrow, indices + i * 4, sizeof narrow);
    return narrow;
}

void tkd_update_slice(const void *x, const void *update, const void *indices, void *y,
                      const tkd_update_slice_params *p) {
    int32_t start = 0;
    for (int32_t i = 0; i < p->axes; i++) {
        const int64_t index = index_at((const uint8_t *)indices, i, p->index_bytes);
        start += (index < 0 ? 0 : index > p->last[i] ? p->last[i] : (int32_t)index) * p->step[i];
    }
    memcpy(y, x, (size_t)p->bytes);
    tkd_copy(update, (uint8_t *)y + start, &p->copy);
}
