/*
 * Copies between two affine patterns of addresses: TRANSPOSE, SLICE, SPLIT, CONCATENATION, SPACE_TO_DEPTH, ...
 *
 * Operand 0 of the nest is the input, operand 1 the output. Elements of 1, 2, 4 or 8 bytes.
 */
#ifndef TKD_COPY_H
#define TKD_COPY_H

#include <stdint.h>

#include "tkd_rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_copy_params {
    tkd_rows rows;
    int32_t element_bytes;
} tkd_copy_params;

/*
 * [in]  input   elements of element_bytes at the places of operand 0; any alignment
 * [out] output  elements at the places of operand 1; overlaps the input only as distinct elements of
 *               one tensor
 * [in]  p       constants
 */
void tkd_copy(const void *input, void *output, const tkd_copy_params *p);

#ifdef __cplusplus
}
#endif
#endif
