/*
 * Four outputs at a time, sixteen values of the row in each step. The accumulators are exact: the compiler refuses
 * weights whose sum can leave int32. Portable twin: tkd_fully_connected_s8.
 */
#include "tkd_dense_mve_s8.h"

#include "tkd_mve.h"

/* One row; compiled once without and once with the addend. */
static inline __attribute__((always_inline)) void row_of(const int8_t *input, const int8_t *addend, int8_t *output,
                                                         const tkd_dense_mve_params *p) {
    const uint32_t depth = p->depth, step = (depth + 15) / 16 * 64;
    const int32_t zero_point = p->out.zero_point;
    const int32x4_t low = vdupq_n_s32(p->out.min), high = vdupq_n_s32(p->out.max);
    const int8_t *weights = p->weights, *shift = p->out.shift;
    const int32_t *bias = p->bias, *multiplier = p->out.multiplier;
    for (uint32_t left = p->outputs; left > 0; left = left > 4 ? left - 4 : 0) {
        const int32x4_t acc = tkd_mve_dot4(input, weights, depth, bias);
        const int32x4_t scaled = tkd_mve_requantize(acc, vldrwq_s32(multiplier), vldrbq_s32(shift));
        int32x4_t value = tkd_mve_clamp(scaled, zero_point, low, high);
        if (addend != NULL) {
            value = tkd_mve_add(value, vldrbq_z_s32(addend, vctp32q(left)), p->add);
            addend += 4;
        }
        vstrbq_p_s32(output, value, vctp32q(left));
        weights += step;
        bias += 4;
        multiplier += 4;
        shift += 4;
        output += 4;
    }
}

void tkd_dense_mve_row(const int8_t *input, int8_t *output, const tkd_dense_mve_params *p) {
    row_of(input, NULL, output, p);
}

void tkd_dense_add_mve_row(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_mve_params *p) {
    row_of(input, addend, output, p);
}

void tkd_dense_mve_s8(const int8_t *input, int8_t *output, const tkd_dense_mve_params *p) {
    for (uint32_t row = 0; row < p->rows; row++, input += p->depth, output += p->outputs) {
        tkd_dense_mve_row(input, output, p);
    }
}

void tkd_dense_add_mve_s8(const int8_t *input, const int8_t *addend, int8_t *output, const tkd_dense_mve_params *p) {
    for (uint32_t row = 0; row < p->rows; row++) {
        tkd_dense_add_mve_row(input, addend, output, p);
        input += p->depth;
        addend += p->outputs;
        output += p->outputs;
    }
}
