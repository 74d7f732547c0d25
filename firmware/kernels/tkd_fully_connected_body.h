/* The loops of tkd_fully_connected_s8 and its twin with a residual ADD; addend is NULL where there is none. */
#ifndef TKD_FULLY_CONNECTED_BODY_H
#define TKD_FULLY_CONNECTED_BODY_H

#include <stddef.h>

#include "tkd_dot.h"
#include "tkd_flash.h"
#include "tkd_fully_connected_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Requantize one accumulator into output[at]. */
static inline void tkd_fc_store(int32_t acc, uint32_t channel, uint32_t at, const int8_t *addend, int8_t *output,
                                const tkd_fully_connected_params *p) {
    int8_t value = tkd_requantize_channel(acc, &p->out, channel);
    if (addend != NULL) {
        value = tkd_add(value, addend[at], TKD_PARAMS(tkd_add_scale, *p->add));
    }
    output[at] = value;
}

/* Rows row and row + 1. */
static inline void tkd_fc_two_rows(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t row,
                                   const tkd_fully_connected_params *p) {
    const uint32_t depth = p->depth, outputs = p->outputs;
    const int8_t *x = input + row * depth, *w = p->weights;
    const uint32_t at = row * outputs;
    uint32_t o = 0;
    for (; o + 2 <= outputs; o += 2, w += 2 * depth) {
        const int32_t b0 = TKD_LOAD_S32(p->bias + o), b1 = TKD_LOAD_S32(p->bias + o + 1);
        int32_t acc[4] = {b0, b1, b0, b1};
        tkd_dot_2x2(x, w, depth, acc);
        tkd_fc_store(acc[0], o, at + o, addend, output, p);
        tkd_fc_store(acc[1], o + 1, at + o + 1, addend, output, p);
        tkd_fc_store(acc[2], o, at + outputs + o, addend, output, p);
        tkd_fc_store(acc[3], o + 1, at + outputs + o + 1, addend, output, p);
    }
    if (o < outputs) {
        const int32_t b = TKD_LOAD_S32(p->bias + o);
        tkd_fc_store(tkd_dot_1x1(x, w, depth, b), o, at + o, addend, output, p);
        tkd_fc_store(tkd_dot_1x1(x + depth, w, depth, b), o, at + outputs + o, addend, output, p);
    }
}

static inline void tkd_fc_one_row(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t row,
                                  const tkd_fully_connected_params *p) {
    const uint32_t depth = p->depth, outputs = p->outputs;
    const int8_t *x = input + row * depth, *w = p->weights;
    const uint32_t at = row * outputs;
    uint32_t o = 0;
    for (; o + 4 <= outputs; o += 4, w += 4 * depth) {
        int32_t acc[4];
        for (uint32_t i = 0; i < 4; i++) {
            acc[i] = TKD_LOAD_S32(p->bias + o + i);
        }
        tkd_dot_1x4(x, w, depth, acc);
        for (uint32_t i = 0; i < 4; i++) {
            tkd_fc_store(acc[i], o + i, at + o + i, addend, output, p);
        }
    }
    for (; o < outputs; o++, w += depth) {
        tkd_fc_store(tkd_dot_1x1(x, w, depth, TKD_LOAD_S32(p->bias + o)), o, at + o, addend, output, p);
    }
}

static inline void tkd_fully_connected(const int8_t *input, const int8_t *addend, int8_t *output,
                                       const tkd_fully_connected_params *p) {
    uint32_t row = 0;
    for (; row + 2 <= p->rows; row += 2) {
        tkd_fc_two_rows(input, addend, output, row, p);
    }
    if (row < p->rows) {
        tkd_fc_one_row(input, addend, output, row, p);
    }
}

#ifdef __cplusplus
}
#endif
#endif
