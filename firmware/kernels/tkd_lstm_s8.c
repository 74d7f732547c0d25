/* Equals micro/kernels/lstm_eval.h for int8 activations. */
#include "tkd_lstm_s8.h"

#include <stddef.h>
#include <string.h>

#include "tkd_flash.h"

static int32_t dot(const int8_t *a, const int8_t *w, int32_t count, int32_t sum) {
    for (int32_t i = 0; i < count; i++) {
        sum += a[i] * TKD_LOAD_S8(w + i);
    }
    return sum;
}

static int16_t gate(const tkd_lstm_gate *g, int32_t unit, const int8_t *x, const int8_t *hidden,
                    const tkd_lstm_cell *p) {
    const int32_t from_input = dot(x, g->input_weights + unit * p->depth, p->depth, TKD_LOAD_S32(g->input_bias + unit));
    const int32_t from_hidden =
        dot(hidden, g->recurrent_weights + unit * p->units, p->units, TKD_LOAD_S32(g->recurrent_bias + unit));
    const int32_t a = tkd_saturate16(tkd_requantize(from_input, g->input_multiplier, g->input_shift));
    const int32_t b = tkd_saturate16(tkd_requantize(from_hidden, g->recurrent_multiplier, g->recurrent_shift));
    return (int16_t)tkd_saturate16(a + b);
}

/* One time step of one batch entry: y is the new hidden state; hidden itself must stay as it was until y is complete.
 */
static void step(const int8_t *x, const int8_t *hidden, int16_t *cell, int8_t *y, const tkd_lstm_params *p) {
    for (int32_t unit = 0; unit < p->cell.units; unit++) {
        const tkd_lstm_gates gates = {
            gate(&p->input_gate, unit, x, hidden, &p->cell), gate(&p->forget_gate, unit, x, hidden, &p->cell),
            gate(&p->cell_gate, unit, x, hidden, &p->cell), gate(&p->output_gate, unit, x, hidden, &p->cell)};
        cell[unit] = tkd_lstm_next_cell(cell[unit], &gates, &p->cell);
        y[unit] = (int8_t)tkd_clamp(tkd_lstm_hidden(cell[unit], &gates, &p->cell), -128, 127);
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
