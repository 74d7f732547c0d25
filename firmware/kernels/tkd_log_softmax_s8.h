/* LOG_SOFTMAX of int8 over the last dimension; the output has scale 1/16 and zero point 127. */
#ifndef TKD_LOG_SOFTMAX_S8_H
#define TKD_LOG_SOFTMAX_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_log_softmax_params {
    const int32_t *exponentials; /* flash, [count], Q0.31: exp(-distance from the row's largest value) */
    uint16_t count;              /* beyond it they add nothing to a sum */
    uint16_t depth;              /* at most 4095 */
    uint32_t rows;
    int32_t multiplier, shift; /* of differences, to Q5.26; left */
    int32_t back_multiplier;   /* and back, Q0.31 */
    int32_t back_shift;        /* <= 0 */
    int32_t least;             /* difference that still counts, negative */
} tkd_log_softmax_params;

/*
 * [in]  input   [rows][depth], Range: [-128, 127]
 * [out] output  [rows][depth], Range: [-128, 127]; may be the input
 * [in]  p       constants
 */
void tkd_log_softmax_s8(const int8_t *input, int8_t *output, const tkd_log_softmax_params *p);

#ifdef __cplusplus
}
#endif
#endif
