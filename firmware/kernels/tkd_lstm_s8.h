/* UNIDIRECTIONAL_SEQUENCE_LSTM: int8 activations and weights, int16 cell; no peephole, projection or normalisation. */
#ifndef TKD_LSTM_S8_H
#define TKD_LSTM_S8_H

#include <stdint.h>

#include "tkd_lstm_cell.h"

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
    tkd_lstm_cell cell;
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
