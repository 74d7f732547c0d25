/* GATHER along one axis: x is (batch, outer, axis, inner), indices (batch, count), y (batch, outer, count, inner). */
#ifndef TKD_GATHER_H
#define TKD_GATHER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_gather_params {
    int32_t batch, outer, axis, count;
    int32_t inner_bytes;
} tkd_gather_params;

/* The index, or the nearest one in [0, size). */
static inline int32_t tkd_gather_index(int32_t index, int32_t size) {
    return index < 0 ? 0 : index >= size ? size - 1 : index;
}

/*
 * An index outside [0, axis) is taken for the nearest one inside: memory stays safe whatever the input.
 *
 * [in]  x        (batch, outer, axis, inner), bytes of any type
 * [in]  indices  [batch][count]; aligned to 4
 * [out] y        (batch, outer, count, inner), apart from x and indices
 * [in]  p        constants
 */
void tkd_gather(const void *x, const int32_t *indices, void *y, const tkd_gather_params *p);

#ifdef __cplusplus
}
#endif
#endif
