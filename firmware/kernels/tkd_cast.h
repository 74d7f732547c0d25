/* CAST between integers: as C converts them. Equals copyCast in micro/kernels/cast.cc. */
#ifndef TKD_CAST_H
#define TKD_CAST_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_cast_params {
    int32_t count;     /* [in] elements, at least 1 */
    uint8_t from, to;  /* [in] bytes of an element: 1, 2 or 4 */
    uint8_t is_signed; /* [in] 1: the input is signed; 0: it is uint32 or bool */
} tkd_cast_params;

/*
 * [in]  input   [count] of from bytes each, aligned to them
 * [out] output  [count] of to bytes each, the lowest bits of each value, aligned to them; may not overlap input
 * [in]  p       constants
 */
void tkd_cast(const void *input, void *output, const tkd_cast_params *p);

#ifdef __cplusplus
}
#endif
#endif
