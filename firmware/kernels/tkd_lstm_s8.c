/* Equals micro/kernels/lstm_eval.h for int8 activations. */
#include "tkd_lstm_s8.h"

#include <stddef.h>
#include <string.h>

#include "tkd_dot.h"
#include "tkd_flash.h"

#define UNITS 4 /* that are computed together */

/* One gate of `count` units from `unit` on: `each` of its sums is bias + row of weights * v. */
static void sums(const int8_t *v, const int8_t *weights, const int32_t *bias, int32_t depth, int32_t count,
                 int32_t each[UNITS]) {
    for (int32_t i = 0; i < count; i++) {
        each[i] = TKD_LOAD_S32(bias + i);
    }
    if (count == UNITS) {
        tkd_dot_1x4(v, weights, (uint32_t)depth, each);
        return;
    }
    for (int32_t i = 0; i < count; i++, weights += depth) {
        each[i] = tkd_dot_1x1(v, weights, (uint32_t)depth, each[i]);
    }
}

/* The inputs of one gate's nonlinearity, of `count` units from `unit` on. */
static void gate(const tkd_lstm_gate *g, int32_t unit, int32_t count, const int8_t *x, const int8_t *hidden,
                 const tkd_lstm_cell *p, int16_t values[UNITS]) {
    int32_t from_input[UNITS], from_hidden[UNITS];
    sums(x, g->input_weights + unit * p->depth, g->input_bias + unit, p->depth, count, from_input);
    sums(hidden, g->recurrent_weights + unit * p->units, g->recurrent_bias + unit, p->units, count, from_hidden);
    for (int32_t i = 0; i < count; i++) {
        const int32_t a = tkd_saturate16(tkd_requantize(from_input[i], g->input_multiplier, g->input_shift));
        const int32_t b = tkd_saturate16(tkd_requantize(from_hidden[i], g->recurrent_multiplier, g->recurrent_shift));
        values[i] = (int16_t)tkd_saturate16(a + b);
    }
}

/* One time step of one batch entry: y is the new hidden state; hidden itself must stay as it was until y is complete.
 */
static void step(const int8_t *x, const int8_t *hidden, int16_t *cell, int8_t *y, const tkd_lstm_params *p) {
    for (int32_t unit = 0; unit < p->cell.units; unit += UNITS) {
        const int32_t left = p->cell.units - unit, count = left < UNITS ? left : UNITS;
        int16_t input[UNITS], forget[UNITS], candidate[UNITS], output[UNITS];
        gate(&p->input_gate, unit, count, x, hidden, &p->cell, input);
        gate(&p->forget_gate, unit, count, x, hidden, &p->cell, forget);
        gate(&p->cell_gate, unit, count, x, hidden, &p->cell, candidate);
        gate(&p->output_gate, unit, count, x, hidden, &p->cell, output);
        for (int32_t i = 0; i < count; i++) {
            const tkd_lstm_gates gates = {input[i], forget[i], candidate[i], output[i]};
            cell[unit + i] = tkd_lstm_next_cell(cell[unit + i], &gates, &p->cell);
            y[unit + i] = (int8_t)tkd_clamp(tkd_lstm_hidden(cell[unit + i], &gates, &p->cell), -128, 127);
        }
    }
}

void tkd_lstm_s8(const int8_t *x, int8_t *y, void *hidden, void *cell, const tkd_lstm_params *p) {
    const tkd_lstm_cell *sizes = &p->cell;
    int8_t *h = (int8_t *)hidden;
    int16_t *c = (int16_t *)cell;
    for (int32_t batch = 0; batch < sizes->batch; batch++, h += sizes->units, c += sizes->units) {
        for (int32_t time = 0; time < sizes->time; time++) {
            const int32_t row = batch * sizes->batch_step + time * sizes->time_step;
            step(x + row * sizes->depth, h, c, y + row * sizes->units, p);
            memcpy(h, y + row * sizes->units, (size_t)sizes->units);
        }
    }
}
