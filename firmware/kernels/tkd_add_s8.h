/* ADD of two int8 tensors of one shape. */
#ifndef TKD_ADD_S8_H
#define TKD_ADD_S8_H

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_add_params {
    tkd_add_scale scale;
    uint32_t count;
} tkd_add_params;

/*
 * [in]  a, b    [count], Range: [-128, 127]
 * [out] output  [count], Range: [-128, 127]; may be a or b
 * [in]  p       constants
 */
void tkd_add_s8(const int8_t *a, const int8_t *b, int8_t *output, const tkd_add_params *p);

#ifdef __cplusplus
}
#endif
#endif
