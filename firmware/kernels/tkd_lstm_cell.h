/*
 * What an LSTM computes of its gates, whatever its activations are. Equals micro/kernels/lstm_eval.h.
 *
 * A gate is two dot products, each rescaled to int16 (Q3.12) and saturated, then added and saturated: TFLM rounds the
 * two halves apart, so they cannot be merged.
 */
#ifndef TKD_LSTM_CELL_H
#define TKD_LSTM_CELL_H

#include "tkd_math.h"
#include "tkd_sigmoid_s16.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_lstm_cell {
    int32_t batch, time, depth, units;
    int32_t batch_step, time_step;           /* between steps of the input and output, in rows of depth (or units) */
    int32_t forget_multiplier, forget_shift; /* forget gate x cell */
    int32_t update_multiplier, update_shift; /* input gate x cell gate */
    int32_t output_multiplier, output_shift; /* tanh(cell) x output gate */
    tkd_sigmoid_scale tanh;                  /* of the cell */
    int32_t clip;                            /* 0: none */
    int32_t hidden_zero;
} tkd_lstm_cell;

/* The inputs of the four gates' nonlinearities for one unit, Q3.12. */
typedef struct tkd_lstm_gates {
    int16_t input, forget, cell, output;
} tkd_lstm_gates;

static inline int32_t tkd_saturate16(int32_t v) { return tkd_clamp(v, INT16_MIN, INT16_MAX); }

static inline int32_t tkd_lstm_sigmoid(int16_t gate) {
    const tkd_sigmoid_scale scale = {3, 0}; /* Q3.12 */
    return tkd_sigmoid_s16(tkd_sigmoid_input(gate, &scale));
}

static inline int32_t tkd_lstm_tanh(int16_t gate) {
    const tkd_sigmoid_scale scale = {3, 0};
    return tkd_tanh_s16(tkd_sigmoid_input(gate, &scale));
}

static inline int32_t tkd_lstm_product(int32_t a, int32_t b, int32_t multiplier, int32_t shift) {
    return tkd_requantize(a * b, multiplier, shift);
}

/* The cell after one step. */
static inline int16_t tkd_lstm_next_cell(int16_t cell, const tkd_lstm_gates *g, const tkd_lstm_cell *p) {
    const int32_t forget = tkd_lstm_sigmoid(g->forget), input = tkd_lstm_sigmoid(g->input);
    const int32_t kept = tkd_lstm_product(forget, cell, p->forget_multiplier, p->forget_shift);
    const int32_t added = tkd_lstm_product(input, tkd_lstm_tanh(g->cell), p->update_multiplier, p->update_shift);
    const int32_t sum = tkd_saturate16(tkd_saturate16(kept) + tkd_saturate16(added));
    return (int16_t)(p->clip > 0 ? tkd_clamp(sum, -p->clip, p->clip) : sum);
}

/* The hidden state that goes with the cell, before it is clamped to its type. */
static inline int32_t tkd_lstm_hidden(int16_t cell, const tkd_lstm_gates *g, const tkd_lstm_cell *p) {
    const int32_t activated = tkd_tanh_s16(tkd_sigmoid_input(cell, &p->tanh));
    const int32_t output = tkd_lstm_sigmoid(g->output);
    return tkd_lstm_product(activated, output, p->output_multiplier, p->output_shift) + p->hidden_zero;
}

#ifdef __cplusplus
}
#endif
#endif
