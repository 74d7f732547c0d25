/* UNIDIRECTIONAL_SEQUENCE_LSTM: int16 activations and cell, int8 weights; no peephole, projection or normalisation. */
#ifndef TKD_LSTM_S16_H
#define TKD_LSTM_S16_H

#include <stdint.h>

#include "tkd_lstm_cell.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_lstm_s16_gate {
    const int8_t *input_weights;     /* [units][depth] */
    const int8_t *recurrent_weights; /* [units][units] */
    const int64_t *bias;             /* [units], of the input's sums */
    int16_t input_multiplier, recurrent_multiplier;
    int8_t input_shift, recurrent_shift; /* to the right, [8, 46] */
} tkd_lstm_s16_gate;

typedef struct tkd_lstm_s16_params {
    tkd_lstm_s16_gate input_gate, forget_gate, cell_gate, output_gate;
    tkd_lstm_cell cell;
} tkd_lstm_s16_params;

/*
 * [in]     x       [batch][time][depth] (or time first), Range: [-32768, 32767]; aligned to 2
 * [out]    y       [batch][time][units] likewise, Range: [-32768, 32767]; aligned to 2
 * [in,out] hidden  [batch][units] of int16, kept between calls; aligned to 2
 * [in,out] cell    [batch][units] of int16, kept between calls; aligned to 2
 * [in]     p       constants
 */
void tkd_lstm_s16(const int16_t *x, int16_t *y, void *hidden, void *cell, const tkd_lstm_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
