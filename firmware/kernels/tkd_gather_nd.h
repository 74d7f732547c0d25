/* GATHER_ND: slices of x at places of several indices each. */
#ifndef TKD_GATHER_ND_H
#define TKD_GATHER_ND_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_GATHER_ND_INDICES 5

typedef struct tkd_gather_nd_params {
    int32_t count;                       /* slices */
    int32_t indices;                     /* of one slice, at most TKD_GATHER_ND_INDICES */
    int32_t step[TKD_GATHER_ND_INDICES]; /* bytes of x by which an index moves */
    int32_t slice_bytes, last;           /* bytes of a slice, and where the last one that fits begins */
} tkd_gather_nd_params;

/*
 * A place outside of x, at which TFLM ends with an error, is taken for the nearest one inside.
 *
 * [in]  x        bytes of any type
 * [in]  indices  [count][indices]; aligned to 4
 * [out] y        [count][slice_bytes], apart from x and indices
 * [in]  p        constants
 */
void tkd_gather_nd(const void *x, const int32_t *indices, void *y, const tkd_gather_nd_params *p);

#ifdef __cplusplus
}
#endif
#endif
