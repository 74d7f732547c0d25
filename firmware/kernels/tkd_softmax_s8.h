/* SOFTMAX of int8 over the last dimension; the output has the least value as its zero point, and 2^-bits as scale. */
#ifndef TKD_SOFTMAX_S8_H
#define TKD_SOFTMAX_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_softmax_params {
    const int32_t *exponentials; /* flash, [count], Q0.31: exp(-distance from the row's largest value) */
    uint16_t count;              /* beyond it they are negligible */
    uint16_t depth;
    uint32_t rows;
} tkd_softmax_params;

/*
 * [in]  input   [rows][depth], Range: [-128, 127]
 * [out] output  [rows][depth], Range: [-128, 127]; may be the input
 * [in]  p       constants
 */
void tkd_softmax_s8(const int8_t *input, int8_t *output, const tkd_softmax_params *p);

/*
 * [in]  input   [rows][depth], Range: [-128, 127]
 * [out] output  [rows][depth], Range: [-32768, 32767], apart from the input; aligned to 2
 * [in]  p       as above
 */
void tkd_softmax_s8_s16(const int8_t *input, int16_t *output, const tkd_softmax_params *p);

#ifdef __cplusplus
}
#endif
#endif
