/* SOFTMAX of int8 over the last dimension; output scale 1/256, zero point -128. */
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

/* input, output: [rows][depth], Range: [-128, 127]; output may be the input. */
void tkd_softmax_s8(const int8_t *input, int8_t *output, const tkd_softmax_params *p);

#ifdef __cplusplus
}
#endif
#endif
