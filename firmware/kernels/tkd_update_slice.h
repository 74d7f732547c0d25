/* DYNAMIC_UPDATE_SLICE: a copy of x, part of which is replaced at a place that is computed. */
#ifndef TKD_UPDATE_SLICE_H
#define TKD_UPDATE_SLICE_H

#include <stdint.h>

#include "tkd_copy.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_UPDATE_SLICE_AXES 5

typedef struct tkd_update_slice_params {
    tkd_copy_params copy;                /* from the update into y, at its first place */
    int32_t bytes;                       /* of x and y */
    int32_t axes;                        /* at most TKD_UPDATE_SLICE_AXES */
    int32_t index_bytes;                 /* 4 or 8 */
    int32_t last[TKD_UPDATE_SLICE_AXES]; /* largest index at which the update fits */
    int32_t step[TKD_UPDATE_SLICE_AXES]; /* bytes of y by which an index moves */
} tkd_update_slice_params;

/*
 * An index outside of [0, last] is taken for the nearest one inside, as TFLM does.
 *
 * [in]  x        [p->bytes], any type
 * [in]  update   elements of that type, dense
 * [in]  indices  [p->axes] of int32 or int64, any alignment
 * [out] y        [p->bytes], apart from all others
 * [in]  p        constants
 */
void tkd_update_slice(const void *x, const void *update, const void *indices, void *y,
                      const tkd_update_slice_params *p);

#ifdef __cplusplus
}
#endif
#endif
