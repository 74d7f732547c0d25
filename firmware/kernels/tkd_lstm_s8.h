/*
 * UNIDIRECTIONAL_SEQUENCE_LSTM: int8 activations and weights, int16 cell; no peephole, projection or normalisation.
 *
 * Each gate is two dot products, each rescaled to int16 (Q3.12) and saturated, then added and saturated: TFLM rounds
 * the two halves apart, so they cannot be merged. Zero points are folded into the biases.
 */
#ifndef TKD_LSTM_S8_H
#define TKD_LSTM_S8_H

#include <stdint.h>

#include "tkd_sigmoid_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_lstm_gate {
    const int8_t *input_weights;     /* [units][depth] */
    const int8_t *recurrent_weights; /* [units][units] */
    const int32_t *input_bias;       /* [units], input zero point folded in */
    const int32_t *recurrent_bias;   /* [units], hidden zero point folded in */
    int32_t input_multiplier, input_shift;
    int32_t recurrent_multiplier, recurrent_shift;
} tkd_lstm_gate;

typedef struct tkd_lstm_params {
    tkd_lstm_gate input_gate, forget_gate, cell_gate, output_gate;
    int32_t batch, time, depth, units;
    int32_t batch_step, time_step;           /* between steps of the input and output, in rows of depth (or units) */
    int32_t forget_multiplier, forget_shift; /* forget gate x cell */
    int32_t update_multiplier, update_shift; /* input gate x cell gate */
    int32_t output_multiplier, output_shift; /* tanh(cell) x output gate */
    tkd_sigmoid_scale cell_tanh;
    int32_t cell_gate_is_tanh; /* else sigmoid */
    int32_t cell_clip;         /* 0: none */
    int32_t hidden_zero;
} tkd_lstm_params;

/*
 * [in]     x       [batch][time][depth] (or time first), Range: [-128, 127]
 * [out]    y       [batch][time][units] likewise, Range: [-128, 127]
 * [in,out] hidden  [batch][units] of int8, kept between calls
 * [in,out] cell    [batch][units] of int16, kept between calls; aligned to 2
 * [in]     p       constants
 */
void tkd_lstm_s8(const int8_t *x, int8_t *y, void *hidden, void *cell, const tkd_lstm_params *p);

#ifdef __cplusplus
}
#endif
#endif
