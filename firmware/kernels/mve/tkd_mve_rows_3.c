/* Three rows beside two outputs in each step, so that a vector of weights serves three rows, and one of values two
 * outputs. */
#include "tkd_mve_lanes.h"

/* clang-format off: a line for each instruction */
/* For 16 values of k: two outputs of three rows. m is vmladav for the first values, vmladava for those after it. */
#define TKD_STEP(m)                                                                                                    \
    "vldrb.8 %q[w0], [%[weights]], #16\n\t"                                                                            \
    "vldrb.8 %q[w1], [%[weights]], #16\n\t"                                                                            \
    "vldrb.8 %q[x], [r3], #16\n\t" m " r0, %q[x], %q[w0]\n\t" m " r2, %q[x], %q[w1]\n\t"                               \
    "vldrb.8 %q[x], [r5], #16\n\t" m " r4, %q[x], %q[w0]\n\t" m " r8, %q[x], %q[w1]\n\t"                               \
    "vldrb.8 %q[x], [r9], #16\n\t" m " r10, %q[x], %q[w0]\n\t" m " r12, %q[x], %q[w1]\n\t"

/* All values of k, then the sums of each row to two lanes. */
#define TKD_PAIR(second, first)                                                                                        \
    "ldm %[of], {r3, r5, r9, lr}\n\t" TKD_STEP(                                                                        \
        "vmladav.s8") "dlstp.8 lr, lr\n"                                                                               \
                      "1:\n\t" TKD_STEP("vmladava.s8") "letp lr, 1b\n\t"                                               \
                                                       "vmov %q[a][" second "], %q[a][" first "], r0, r2\n\t"          \
                                                       "vmov %q[b][" second "], %q[b][" first "], r4, r8\n\t"          \
                                                       "vmov %q[c][" second "], %q[c][" first "], r10, r12\n\t"
/* clang-format on */

/* Three rows of more than 16 values. */
typedef struct operands {
    const int8_t *row[3];
    uint32_t more; /* values after the first 16 */
} operands;

/* Four outputs of each of three rows. */
typedef struct sums {
    int32x4_t a, b, c;
} sums;

/* Dot products without bias. Their operands come from memory: the sums leave no registers for them. */
static inline __attribute__((always_inline)) sums dot4x3(const operands *of, const int8_t **weights) {
    const int8_t *from = *weights;
    int32x4_t a, b, c, x, w0, w1;
    __asm__(
        TKD_PAIR("2", "0") TKD_PAIR("3", "1")
        : [weights] "+r"(from), [a] "=&w"(a), [b] "=&w"(b), [c] "=&w"(c), [x] "=&w"(x), [w0] "=&w"(w0), [w1] "=&w"(w1)
        : [of] "r"(of)
        : "r0", "r2", "r3", "r4", "r5", "r8", "r9", "r10", "r12", "lr", "memory");
    *weights = from;
    const sums s = {a, b, c};
    return s;
}

static inline __attribute__((always_inline)) sums scaled3(sums s, const int32_t **lanes, const tkd_mve_clamps *clamps,
                                                          int is_relu) {
    const int32x4_t bias = tkd_mve_take_words(lanes), multiplier = tkd_mve_take_words(lanes);
    const int32x4_t shift = tkd_mve_take_bytes(lanes);
    s.a = tkd_mve_scaled(vaddq_s32(s.a, bias), multiplier, shift, clamps, is_relu);
    s.b = tkd_mve_scaled(vaddq_s32(s.b, bias), multiplier, shift, clamps, is_relu);
    s.c = tkd_mve_scaled(vaddq_s32(s.c, bias), multiplier, shift, clamps, is_relu);
    return s;
}

/* The addends of all rows are loaded before any is overwritten. */
static inline __attribute__((always_inline)) sums add3(sums s, const int8_t *addend, uint32_t to1, uint32_t to2,
                                                       int32_t left, const tkd_mve_addition *add) {
    const int32x4_t a = tkd_mve_load4(addend, left), b = tkd_mve_load4(addend + to1, left);
    const int32x4_t c = tkd_mve_load4(addend + to2, left);
    s.a = tkd_mve_add(s.a, a, add);
    s.b = tkd_mve_add(s.b, b, add);
    s.c = tkd_mve_add(s.c, c, add);
    return s;
}

/* The three rows from `input` on; where there are fewer, the first one again, which is then stored again. */
static inline __attribute__((always_inline)) void three_rows(const int8_t *input, const int8_t *addend, int8_t *output,
                                                             uint32_t rows, const tkd_mve_matrix *p,
                                                             const tkd_mve_clamps *clamps, const tkd_mve_addition *add,
                                                             int is_relu) {
    const uint32_t second = rows > 1 ? 1 : 0, third = rows > 2 ? 2 : 0;
    const uint32_t to1 = second * p->outputs, to2 = third * p->outputs;
    const operands of = {{input, input + second * p->stride, input + third * p->stride}, p->depth - 16};
    const int8_t *weights = p->weights;
    const int32_t *lanes = p->lanes;
    int32_t left = (int32_t)p->outputs;
    do {
        sums value = scaled3(dot4x3(&of, &weights), &lanes, clamps, is_relu);
        if (!is_relu && addend != NULL) {
            value = add3(value, addend, to1, to2, left, add);
            addend += 4;
        }
        tkd_mve_store4x3(output, output + to1, output + to2, value.a, value.b, value.c, left);
        output += 4;
        left -= 4;
    } while (left > 0);
}

static inline __attribute__((always_inline)) void rows_of(const int8_t *input, const int8_t *addend, int8_t *output,
                                                          uint32_t rows, const tkd_mve_matrix *p, int is_relu) {
    static const tkd_add_scale none = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const tkd_mve_clamps clamps = tkd_mve_clamps_of(p);
    const tkd_mve_addition add = tkd_mve_addition_of(addend != NULL ? p->add : &none);
    for (;; rows -= 3, input += 3 * p->stride, output += 3 * p->outputs) {
        three_rows(input, addend, output, rows, p, &clamps, &add, is_relu);
        if (rows <= 3) {
            break; /* three rows further there is nothing */
        }
        addend = addend != NULL ? addend + 3 * p->outputs : NULL;
    }
}

void tkd_mve_rows_3(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows, const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 0);
}

void tkd_mve_rows_relu_3(const int8_t *input, const int8_t *addend, int8_t *output, uint32_t rows,
                         const tkd_mve_matrix *p) {
    rows_of(input, addend, output, rows, p, 1);
}
