/* Equals GatherNd in micro/kernels/gather_nd.cc. */
#include "tkd_gather_nd.h"

#include <stddef.h>
#include <string.h>

/* Indices of a graph may be anything: their sum is taken in 64 bits. */
static int32_t place(const int32_t *indices, const tkd_gather_nd_params *p) {
    int64_t at = 0;
    for (int32_t k = 0; k < p->indices; k++) {
        at += (int64_t)indices[k] * p->step[k];
    }
    return at < 0 ? 0 : at > p->last ? p->last : (int32_t)at;
}

void tkd_gather_nd(const void *x, const int32_t *indices, void *y, const tkd_gather_nd_params *p) {
    uint8_t *to = (uint8_t *)y;
    for (int32_t i = 0; i < p->count; i++) {
        memcpy(to, (const uint8_t *)x + place(indices, p), (size_t)p->slice_bytes);
        indices += p->indices;
        to += p->slice_bytes;
    }
}
