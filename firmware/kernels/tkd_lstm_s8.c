/* Equals micro/kernels/lstm_eval.h for int8 activations. */
#include "tkd_lstm_s8.h"

#include <stddef.h>
#include <string.h>

#include "tkd_flash.h"
#include "tkd_math.h"

static const tkd_sigmoid_scale gate_scale = {3, 0}; /* Q3.12 */

static int32_t saturate16(int32_t v) { return tkd_clamp(v, INT16_MIN, INT16_MAX); }

static int32_t dot(const int8_t *a, const int8_t *w, int32_t count, int32_t sum) {
    for (int32_t i = 0; i < count; i++) {
        sum += a[i] * TKD_LOAD_S8(w + i);
    }
    return sum;
}

/* The input of one gate's nonlinearity for one unit, Q3.12. */
static int16_t gate_input(const tkd_lstm_gate *g, int32_t unit, const int8_t *x, const int8_t *hidden,
                          const tkd_lstm_params *p) {
    const int32_t from_input = dot(x, g->input_weights + unit * p->depth, p->depth, TKD_LOAD_S32(g->input_bias + unit));
    const int32_t from_hidden =
        dot(hidden, g->recurrent_weights + unit * p->units, p->units, TKD_LOAD_S32(g->recurrent_bias + unit));
    const int32_t a = saturate16(tkd_requantize(from_input, g->input_multiplier, g->input_shift));
    const int32_t b = saturate16(tkd_requantize(from_hidden, g->recurrent_multiplier, g->recurrent_shift));
    return (int16_t)saturate16(a + b);
}

static int32_t sigmoid_gate(const tkd_lstm_gate *g, int32_t unit, const int8_t *x, const int8_t *hidden,
                            const tkd_lstm_params *p) {
    return tkd_sigmoid_s16(tkd_sigmoid_input(gate_input(g, unit, x, hidden, p), &gate_scale));
}

static int32_t cell_gate(int32_t unit, const int8_t *x, const int8_t *hidden, const tkd_lstm_params *p) {
    const int32_t v = tkd_sigmoid_input(gate_input(&p->cell_gate, unit, x, hidden, p), &gate_scale);
    return p->cell_gate_is_tanh ? tkd_tanh_s16(v) : tkd_sigmoid_s16(v);
}

static int16_t next_cell(int16_t cell, int32_t forget, int32_t input, int32_t candidate, const tkd_lstm_params *p) {
    const int32_t kept = saturate16(tkd_requantize(forget * cell, p->forget_multiplier, p->forget_shift));
    const int32_t added = saturate16(tkd_requantize(input * candidate, p->update_multiplier, p->update_shift));
    const int32_t sum = saturate16(kept + added);
    return (int16_t)(p->cell_clip > 0 ? tkd_clamp(sum, -p->cell_clip, p->cell_clip) : sum);
}

/* One time step of one batch entry: y is the new hidden state; hidden itself must stay as it was until y is complete.
 */
static void step(const int8_t *x, const int8_t *hidden, int16_t *cell, int8_t *y, const tkd_lstm_params *p) {
    for (int32_t unit = 0; unit < p->units; unit++) {
        const int32_t forget = sigmoid_gate(&p->forget_gate, unit, x, hidden, p);
        const int32_t input = sigmoid_gate(&p->input_gate, unit, x, hidden, p);
        const int32_t candidate = cell_gate(unit, x, hidden, p);
        const int32_t output = sigmoid_gate(&p->output_gate, unit, x, hidden, p);
        cell[unit] = next_cell(cell[unit], forget, input, candidate, p);
        const int32_t activated = tkd_tanh_s16(tkd_sigmoid_input(cell[unit], &p->cell_tanh));
        const int32_t v = tkd_requantize(activated * output, p->output_multiplier, p->output_shift) + p->hidden_zero;
        y[unit] = (int8_t)tkd_clamp(v, -128, 127);
    }
}

void tkd_lstm_s8(const int8_t *x, int8_t *y, void *hidden, void *cell, const tkd_lstm_params *p) {
    int8_t *h = (int8_t *)hidden;
    int16_t *c = (int16_t *)cell;
    for (int32_t batch = 0; batch < p->batch; batch++) {
        for (int32_t time = 0; time < p->time; time++) {
            const int32_t row = batch * p->batch_step + time * p->time_step;
            step(x + row * p->depth, h, c, y + row * p->units, p);
            memcpy(h, y + row * p->units, (size_t)p->units);
        }
        h += p->units;
        c += p->units;
    }
}
