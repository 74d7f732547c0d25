/* Equals micro/kernels/lstm_eval.h for int16 activations. */
#include "tkd_lstm_s16.h"

#include <stddef.h>
#include <string.h>

#include "tkd_wide_s16.h"

static int16_t gate(const tkd_lstm_s16_gate *g, int32_t unit, const int16_t *x, const int16_t *hidden,
                    const tkd_lstm_cell *p) {
    const int64_t from_input =
        tkd_dot_s16(x, g->input_weights + unit * p->depth, (uint32_t)p->depth) + tkd_load_s64(g->bias + unit);
    const int64_t from_hidden = tkd_dot_s16(hidden, g->recurrent_weights + unit * p->units, (uint32_t)p->units);
    const int32_t a = tkd_saturate16(tkd_rescale_s64(from_input, g->input_multiplier, g->input_shift));
    const int32_t b = tkd_saturate16(tkd_rescale_s64(from_hidden, g->recurrent_multiplier, g->recurrent_shift));
    return (int16_t)tkd_saturate16(a + b);
}

/* One time step of one batch entry: y is the new hidden state; hidden itself must stay as it was until y is complete.
 */
static void step(const int16_t *x, const int16_t *hidden, int16_t *cell, int16_t *y, const tkd_lstm_s16_params *p) {
    for (int32_t unit = 0; unit < p->cell.units; unit++) {
        const tkd_lstm_gates gates = {
            gate(&p->input_gate, unit, x, hidden, &p->cell), gate(&p->forget_gate, unit, x, hidden, &p->cell),
            gate(&p->cell_gate, unit, x, hidden, &p->cell), gate(&p->output_gate, unit, x, hidden, &p->cell)};
        cell[unit] = tkd_lstm_next_cell(cell[unit], &gates, &p->cell);
        y[unit] = (int16_t)tkd_saturate16(tkd_lstm_hidden(cell[unit], &gates, &p->cell));
    }
}

void tkd_lstm_s16(const int16_t *x, int16_t *y, void *hidden, void *cell, const tkd_lstm_s16_params *p) {
    const tkd_lstm_cell *sizes = &p->cell;
    int16_t *h = (int16_t *)hidden, *c = (int16_t *)cell;
    for (int32_t batch = 0; batch < sizes->batch; batch++, h += sizes->units, c += sizes->units) {
        for (int32_t time = 0; time < sizes->time; time++) {
            const int32_t row = batch * sizes->batch_step + time * sizes->time_step;
            step(x + row * sizes->depth, h, c, y + row * sizes->units, p);
            memcpy(h, y + row * sizes->units, (size_t)((uint32_t)sizes->units * 2u));
        }
    }
}
