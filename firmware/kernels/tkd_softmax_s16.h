/* SOFTMAX of int16 to Q0.15, by two tables that are interpolated. */
#ifndef TKD_SOFTMAX_S16_H
#define TKD_SOFTMAX_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_softmax_s16_params {
    const int16_t *exponentials; /* flash, [513], exp(x) for x in [-10, 0], Q0.15 */
    const int16_t *reciprocals;  /* flash, [513], 1 / (1 + x) for x in [0, 1], Q0.15 */
    int32_t multiplier, shift;   /* a difference of inputs to 65535ths of 10 */
    int32_t depth, rows;
} tkd_softmax_s16_params;

/*
 * [in]  input   [rows][depth], Range: [-32768, 32767]; aligned to 2
 * [out] output  [rows][depth], Q0.15; aligned to 2, may be the input
 * [in]  p       constants
 */
void tkd_softmax_s16(const int16_t *input, int16_t *output, const tkd_softmax_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
