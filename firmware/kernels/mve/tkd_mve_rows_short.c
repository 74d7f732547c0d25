/* Rows of at most 64 values: they stay in up to four vector registers while all outputs are made. */
#include "tkd_mve_lanes.h"

#define TKD_STEP(x)                                                                                                    \
    "vldrb.8 %q[w], [%[weights]], #16\n\t"                                                                             \
    "vmladava.s8 r0, %q[" x "], %q[w]\n\t"                                                                             \
    "vldrb.8 %q[w], [%[weights]], #16\n\t"                                                                             \
    "vmladava.s8 r2, %q[" x "], %q[w]\n\t"                                                                             \
    "vldrb.8 %q[w], [%[weights]], #16\n\t"                                                                             \
    "vmladava.s8 r8, %q[" x "], %q[w]\n\t"                                                                             \
    "vldrb.8 %q[w], [%[weights]], #16\n\t"                                                                             \
    "vmladava.s8 r10, %q[" x "], %q[w]\n\t"

/* bias[0..3] + four dot products, with the steps of as many vectors. Assembly, because GCC 12 spills the four sums. */
#define TKD_DOT4(steps)                                                                                                \
    __asm__("ldm %[bias]!, {r0, r2, r8, r10}\n\t" steps "vmov %q[sums][2], %q[sums][0], r0, r8\n\t"                    \
            "vmov %q[sums][3], %q[sums][1], r2, r10"                                                                   \
            : [weights] "+r"(from), [bias] "+r"(bias), [sums] "=&w"(sums), [w] "=&w"(w)                                \
            : [x0] "w"(x[0]), [x1] "w"(x[1]), [x2] "w"(x[2]), [x3] "w"(x[3])                                           \
            : "r0", "r2", "r8", "r10", "memory")

static inline __attribute__((always_inline)) int32x4_t dot4(const int8x16_t *x, const int8_t **weights,
                                                            const int32_t **lanes, int vectors) {
    int32x4_t sums, w;
    const int8_t *from = *weights;
    const int32_t *bias = *lanes;
    switch (vectors) {
    case 1:
        TKD_DOT4(TKD_STEP("x0"));
        break;
    case 2:
        TKD_DOT4(TKD_STEP("x0") TKD_STEP("x1"));
        break;
    case 3:
        TKD_DOT4(TKD_STEP("x0") TKD_STEP("x1") TKD_STEP("x2"));
        break;
    default:
        TKD_DOT4(TKD_STEP("x0") TKD_STEP("x1") TKD_STEP("x2") TKD_STEP("x3"));
    }
    *weights = from;
    *lanes = bias;
    return sums;
}

static inline __attribute__((always_inline)) void row_of(const int8x16_t *x, const int8_t *addend, int8_t *output,
                                                         const tkd_mve_matrix *p, const tkd_mve_clamps *clamps,
                                                         const tkd_mve_addition *add, int vectors, int is_relu) {
    const int8_t *weights = p->weights;
    const int32_t *lanes = p->lanes;
    if (is_relu) {
        for (uint32_t fours = p->outputs / 4; fours > 0; fours--) {
            const int32x4_t acc = dot4(x, &weights, &lanes, vectors);
            tkd_mve_put4(&output, tkd_mve_scaled_by(acc, &lanes, clamps, 1));
        }
        return;
    }
    for (int32_t left = (int32_t)p->outputs; left > 0; left -= 4, output += 4) {
        const int32x4_t acc = dot4(x, &weights, &lanes, vectors);
        int32x4_t value = tkd_mve_scaled_by(acc, &lanes, clamps, 0);
        if (addend != NULL) {
            value = tkd_mve_add(value, tkd_mve_load4(addend, left), add);
            addend += 4;
        }
        tkd_mve_store4(output, value, left);
    }
}

/* What there is of the row's 16 * vectors values; the rest is 0. */
static inline __attribute__((always_inline)) void rows_of(const int8_t *input, const int8_t *addend, int8_t *output,
                                                          uint32_t rows, const tkd_mve_matrix *p, int vectors,
                                                          int is_relu) {
    static const tkd_add_scale none = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const tkd_mve_clamps clamps = tkd_mve_clamps_of(p);
    const tkd_mve_addition add = tkd_mve_addition_of(addend != NULL ? p->add : &none);
    const uint32_t stride = p->stride, outputs = p->outputs, whole = 16 * (uint32_t)(vectors - 1);
    const int32_t last = (int32_t)(p->depth - whole);
    for (; rows > 0; rows--, input += stride, output += outputs) {
        const int8x16_t end = tkd_mve_load16(input + whole, last);
        const int8x16_t x[4] = {vectors > 1 ? vldrbq_s8(input) : end, vectors > 2 ? vldrbq_s8(input + 16) : end,
                                vectors > 3 ? vldrbq_s8(input + 32) : end, end};
        row_of(x, addend, output, p, &clamps, &add, vectors, is_relu);
        addend = addend != NULL ? addend + outputs : NULL;
    }
}

void tkd_mve_rows_16(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                     const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 1, 0);
}

void tkd_mve_rows_32(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                     const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 2, 0);
}

void tkd_mve_rows_48(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                     const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 3, 0);
}

void tkd_mve_rows_64(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                     const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 4, 0);
}

void tkd_mve_rows_relu_16(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                          const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 1, 1);
}

void tkd_mve_rows_relu_32(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                          const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 2, 1);
}

void tkd_mve_rows_relu_48(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                          const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 3, 1);
}

void tkd_mve_rows_relu_64(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                          const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 4, 1);
}
