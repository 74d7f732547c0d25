/* LOGISTIC and TANH of int16 to Q0.15; all zero points are 0. */
#ifndef TKD_LOGISTIC_S16_H
#define TKD_LOGISTIC_S16_H

#include "tkd_sigmoid_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_logistic_s16_params {
    tkd_sigmoid_scale scale; /* of the input, to steps of 1 / 12288 */
    int32_t count;           /* elements */
} tkd_logistic_s16_params;

/*
 * [in]  input   [count], Range: [-32768, 32767]; aligned to 2
 * [out] output  [count], Q0.15; aligned to 2, may be the input
 * [in]  p       constants
 */
void tkd_logistic_s16(const int16_t *input, int16_t *output, const tkd_logistic_s16_params *p);
void tkd_tanh_elements_s16(const int16_t *input, int16_t *output, const tkd_logistic_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
