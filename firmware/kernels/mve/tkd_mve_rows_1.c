/* One row beside four outputs in each step: for a single row, which is read anew for each four outputs. */
#include "tkd_mve_lanes.h"

/*
 * bias[0..3] + four dot products of `count` > 0 values. Per 64 MACs: 5 loads, 4 VMLADAVA, 1 loop end; the loop
 * predicates its own tail, so no byte of x past its end is read. Assembly, because GCC 12 neither makes
 * tail-predicated loops nor keeps both pointers in post-increment.
 */
static inline __attribute__((always_inline)) int32x4_t dot4(const int8_t *x, const int8_t **weights, uint32_t count,
                                                            const int32_t **lanes) {
    const int8_t *from = *weights;
    const int32_t *bias = *lanes;
    int32x4_t v, w;
    __asm__("ldm %[bias]!, {r0, r2, r8, r10}\n\t"
            "dlstp.8 lr, %[count]\n"
            "1:\n\t"
            "vldrb.8 %q[v], [%[x]], #16\n\t"
            "vldrb.8 %q[w], [%[weights]], #16\n\t"
            "vmladava.s8 r0, %q[v], %q[w]\n\t"
            "vldrb.8 %q[w], [%[weights]], #16\n\t"
            "vmladava.s8 r2, %q[v], %q[w]\n\t"
            "vldrb.8 %q[w], [%[weights]], #16\n\t"
            "vmladava.s8 r8, %q[v], %q[w]\n\t"
            "vldrb.8 %q[w], [%[weights]], #16\n\t"
            "vmladava.s8 r10, %q[v], %q[w]\n\t"
            "letp lr, 1b\n\t"
            "vmov %q[v][2], %q[v][0], r0, r8\n\t"
            "vmov %q[v][3], %q[v][1], r2, r10"
            : [x] "+r"(x), [weights] "+r"(from), [bias] "+r"(bias), [v] "=&w"(v), [w] "=&w"(w)
            : [count] "r"(count)
            : "r0", "r2", "r8", "r10", "lr", "memory");
    *weights = from;
    *lanes = bias;
    return v;
}

static inline __attribute__((always_inline)) void row_of(const int8_t *input, const int8_t *addend, int8_t *output,
                                                         const tkd_mve_matrix *p, const tkd_mve_clamps *clamps,
                                                         const tkd_mve_addition *add, int is_relu) {
    const int8_t *weights = p->weights;
    const int32_t *lanes = p->lanes;
    const uint32_t depth = p->depth;
    if (is_relu) {
        for (uint32_t fours = p->outputs / 4; fours > 0; fours--) {
            const int32x4_t acc = dot4(input, &weights, depth, &lanes);
            tkd_mve_put4(&output, tkd_mve_scaled_by(acc, &lanes, clamps, 1));
        }
        return;
    }
    for (int32_t left = (int32_t)p->outputs; left > 0; left -= 4, output += 4) {
        const int32x4_t acc = dot4(input, &weights, depth, &lanes);
        int32x4_t value = tkd_mve_scaled_by(acc, &lanes, clamps, 0);
        if (addend != NULL) {
            value = tkd_mve_add(value, tkd_mve_load4(addend, left), add);
            addend += 4;
        }
        tkd_mve_store4(output, value, left);
    }
}

static inline __attribute__((always_inline)) void rows_of(const int8_t *input, const int8_t *addend, int8_t *output,
                                                          uint32_t rows, const tkd_mve_matrix *p, int is_relu) {
    static const tkd_add_scale none = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const tkd_mve_clamps clamps = tkd_mve_clamps_of(p);
    const tkd_mve_addition add = tkd_mve_addition_of(addend != NULL ? p->add : &none);
    for (; rows > 0; rows--, input += p->stride, output += p->outputs) {
        row_of(input, addend, output, p, &clamps, &add, is_relu);
        addend = addend != NULL ? addend + p->outputs : NULL;
    }
}

void tkd_mve_rows_1(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows, const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 0);
}

void tkd_mve_rows_relu_1(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                         const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 1);
}
