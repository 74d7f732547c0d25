/* Any unary int8 function, by a table of its 256 results. */
#ifndef TKD_LUT_S8_H
#define TKD_LUT_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_lut_params {
    const int8_t *table; /* [256], indexed by the input's bits */
    int32_t count;       /* elements */
} tkd_lut_params;

/*
 * [in]  input   [count], Range: [-128, 127]
 * [out] output  [count], Range: [-128, 127]; may be the input
 * [in]  p       constants
 */
void tkd_lut_s8(const int8_t *input, int8_t *output, const tkd_lut_params *p);

#ifdef __cplusplus
}
#endif
#endif
