#include "tkd_gather.h"

#include <stddef.h>
#include <string.h>

void tkd_gather(const void *x, const int32_t *indices, void *y, const tkd_gather_params *p) {
    const uint8_t *from = (const uint8_t *)x;
    uint8_t *to = (uint8_t *)y;
    for (int32_t batch = 0; batch < p->batch; batch++) {
        for (int32_t outer = 0; outer < p->outer; outer++) {
            for (int32_t i = 0; i < p->count; i++) {
                memcpy(to, from + tkd_gather_index(indices[i], p->axis) * p->inner_bytes, (size_t)p->inner_bytes);
                to += p->inner_bytes;
            }
            from += p->axis * p->inner_bytes;
        }
        indices += p->count;
    }
}
