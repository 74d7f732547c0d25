/*
 * Four outputs at a time, sixteen values of the row in each step. The accumulators are exact: the compiler refuses
 * weights whose sum can leave int32. Portable twin: tkd_fully_connected_s8.
 */
#include "tkd_dense_mve_s8.h"

#include "tkd_mve.h"

void tkd_dense_mve_row(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_mve_params *p) {
    const uint32_t blocks = p->depth / 16, tail = p->depth % 16;
    const uint32_t step = (p->depth + 15) / 16 * 64;
    const int8_t *weights = p->weights;
    for (uint32_t o = 0; o < p->outputs; o += 4, weights += step) {
        const mve_pred16_t lanes = vctp32q(p->outputs - o);
        int32x4_t value = tkd_mve_finish(tkd_mve_dot4(input, weights, blocks, tail), p->bias, &p->out, o);
        if (addend != NULL) {
            value = tkd_mve_add(value, vldrbq_z_s32(addend + o, lanes), &p->add);
        }
        vstrbq_p_s32(output + o, value, lanes);
    }
}

void tkd_dense_mve_s8(const int8_t *input, int8_t *output, const tkd_dense_mve_params *p) {
    for (uint32_t row = 0; row < p->rows; row++, input += p->depth, output += p->outputs) {
        tkd_dense_mve_row(input, NULL, output, p);
    }
}

void tkd_dense_add_mve_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_mve_params *p) {
    for (uint32_t row = 0; row < p->rows; row++) {
        tkd_dense_mve_row(input, addend, output, p);
        input += p->depth;
        addend += p->outputs;
        output += p->outputs;
    }
}
