/*
 * SVDF: int8 activations and features; the state and its weights over time int16 or int8.
 *
 * The state is (batch, filters, memory), the newest entry last. Zero points are folded into the biases.
 */
#ifndef TKD_SVDF_S8_H
#define TKD_SVDF_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_svdf_params {
    const int8_t *features;      /* [units * rank][depth] */
    const int32_t *feature_bias; /* [units * rank]: the input's zero point folded in */
    const void *times;           /* [units * rank][memory], of the state's type */
    const int32_t *bias;         /* [units]: the state's zero point folded in */
    int32_t batch, depth, units, rank, memory;
    int32_t feature_multiplier, feature_shift;
    int32_t y_multiplier, y_shift;
    int32_t state_zero, y_zero;
} tkd_svdf_params;

/*
 * [in]     x      [batch][depth], Range: [-128, 127]
 * [out]    y      [batch][units], Range: [-128, 127]
 * [in,out] state  [batch][units * rank][memory], kept between calls; of int16, aligned to 2, or of int8 in the state8
 *                 twin
 * [in]     p      constants
 */
void tkd_svdf_s8(const int8_t *x, int8_t *y, void *state, const tkd_svdf_params *p);
void tkd_svdf_state8_s8(const int8_t *x, int8_t *y, void *state, const tkd_svdf_params *p);

#ifdef __cplusplus
}
#endif
#endif
