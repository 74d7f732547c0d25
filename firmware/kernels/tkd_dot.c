#include "tkd_dot.h"

#include "tkd_flash.h"
#include "tkd_lanes.h"

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)

#include <arm_mve.h>

/* Lanes past the end are zeros in both. GCC 12 makes no tail-predicated loops: 4 instructions more for 16 values. */
#define LANES(left) const mve_pred16_t inside = vctp8q(left)
#define VALUES(from) vldrbq_z_s8(from, inside)

int32_t tkd_dot_1x1(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc) {
    for (uint32_t k = 0; k < depth; k += 16) {
        LANES(depth - k);
        acc = vmladavaq_s8(acc, VALUES(x + k), VALUES(w + k));
    }
    return acc;
}

void tkd_dot_2x2(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc[4]) {
    const int8_t *x1 = x + depth, *w1 = w + depth;
    int32_t a = acc[0], b = acc[1], c = acc[2], d = acc[3];
    for (uint32_t k = 0; k < depth; k += 16) {
        LANES(depth - k);
        const int8x16_t p = VALUES(x + k), q = VALUES(x1 + k), u = VALUES(w + k), v = VALUES(w1 + k);
        a = vmladavaq_s8(a, p, u);
        b = vmladavaq_s8(b, p, v);
        c = vmladavaq_s8(c, q, u);
        d = vmladavaq_s8(d, q, v);
    }
    acc[0] = a;
    acc[1] = b;
    acc[2] = c;
    acc[3] = d;
}

void tkd_dot_1x4(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc[4]) {
    const int8_t *w1 = w + depth, *w2 = w1 + depth, *w3 = w2 + depth;
    int32_t a = acc[0], b = acc[1], c = acc[2], d = acc[3];
    for (uint32_t k = 0; k < depth; k += 16) {
        LANES(depth - k);
        const int8x16_t p = VALUES(x + k);
        a = vmladavaq_s8(a, p, VALUES(w + k));
        b = vmladavaq_s8(b, p, VALUES(w1 + k));
        c = vmladavaq_s8(c, p, VALUES(w2 + k));
        d = vmladavaq_s8(d, p, VALUES(w3 + k));
    }
    acc[0] = a;
    acc[1] = b;
    acc[2] = c;
    acc[3] = d;
}

#else

#if TKD_LANES

/* Four values of a row, as two words. */
#define FOUR(name, from)                                                                                               \
    const uint32_t name = tkd_lanes_load_s8(from), name##_even = tkd_lanes_even(name), name##_odd = tkd_lanes_odd(name)
#define FOUR_PRODUCTS(v, w, sum) tkd_lanes_sum(v##_odd, w##_odd, tkd_lanes_sum(v##_even, w##_even, sum))

/* Per 16 MACs: 4 loads, 8 SXTB16, 8 SMLAD. */
#define STEPS_2X2                                                                                                      \
    do {                                                                                                               \
        FOUR(p, x);                                                                                                    \
        FOUR(q, x1);                                                                                                   \
        FOUR(u, w);                                                                                                    \
        FOUR(v, w1);                                                                                                   \
        a = FOUR_PRODUCTS(p, u, a);                                                                                    \
        b = FOUR_PRODUCTS(p, v, b);                                                                                    \
        c = FOUR_PRODUCTS(q, u, c);                                                                                    \
        d = FOUR_PRODUCTS(q, v, d);                                                                                    \
    } while (0)

#define SUM_OF(v, from, sum)                                                                                           \
    do {                                                                                                               \
        FOUR(u, from);                                                                                                 \
        sum = FOUR_PRODUCTS(v, u, sum);                                                                                \
    } while (0)

/* Per 16 MACs: 5 loads, 10 SXTB16, 8 SMLAD. */
#define STEPS_1X4                                                                                                      \
    do {                                                                                                               \
        FOUR(p, x);                                                                                                    \
        SUM_OF(p, w, a);                                                                                               \
        SUM_OF(p, w1, b);                                                                                              \
        SUM_OF(p, w2, c);                                                                                              \
        SUM_OF(p, w3, d);                                                                                              \
    } while (0)

#else

#define STEPS_2X2                                                                                                      \
    do {                                                                                                               \
        STEP_2X2(0);                                                                                                   \
        STEP_2X2(1);                                                                                                   \
        STEP_2X2(2);                                                                                                   \
        STEP_2X2(3);                                                                                                   \
    } while (0)

#define STEPS_1X4                                                                                                      \
    do {                                                                                                               \
        STEP_1X4(0);                                                                                                   \
        STEP_1X4(1);                                                                                                   \
        STEP_1X4(2);                                                                                                   \
        STEP_1X4(3);                                                                                                   \
    } while (0)

#endif

int32_t tkd_dot_1x1(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc) {
    const int8_t *const end = x + depth;
#if TKD_LANES
    for (; end - x >= 4; x += 4, w += 4) {
        FOUR(p, x);
        FOUR(u, w);
        acc = FOUR_PRODUCTS(p, u, acc);
    }
#endif
    for (; x != end; x++, w++) {
        acc += *x * TKD_LOAD_S8(w);
    }
    return acc;
}

/* Products of place i of every row. */
#define STEP_2X2(i)                                                                                                    \
    do {                                                                                                               \
        const int32_t p = x[i], q = x1[i];                                                                             \
        const int32_t u = TKD_LOAD_S8(w + (i)), v = TKD_LOAD_S8(w1 + (i));                                             \
        a += p * u;                                                                                                    \
        b += p * v;                                                                                                    \
        c += q * u;                                                                                                    \
        d += q * v;                                                                                                    \
    } while (0)

void tkd_dot_2x2(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc[4]) {
    const int8_t *x1 = x + depth, *w1 = w + depth, *end = x + (depth & ~(uint32_t)3), *rest = x + depth;
    int32_t a = acc[0], b = acc[1], c = acc[2], d = acc[3];
    for (; x != end; x += 4, x1 += 4, w += 4, w1 += 4) {
        STEPS_2X2;
    }
    for (; x != rest; x++, x1++, w++, w1++) {
        STEP_2X2(0);
    }
    acc[0] = a;
    acc[1] = b;
    acc[2] = c;
    acc[3] = d;
}

#define STEP_1X4(i)                                                                                                    \
    do {                                                                                                               \
        const int32_t p = x[i];                                                                                        \
        a += p * TKD_LOAD_S8(w + (i));                                                                                 \
        b += p * TKD_LOAD_S8(w1 + (i));                                                                                \
        c += p * TKD_LOAD_S8(w2 + (i));                                                                                \
        d += p * TKD_LOAD_S8(w3 + (i));                                                                                \
    } while (0)

void tkd_dot_1x4(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc[4]) {
    const int8_t *w1 = w + depth, *w2 = w1 + depth, *w3 = w2 + depth;
    const int8_t *end = x + (depth & ~(uint32_t)3), *rest = x + depth;
    int32_t a = acc[0], b = acc[1], c = acc[2], d = acc[3];
    for (; x != end; x += 4, w += 4, w1 += 4, w2 += 4, w3 += 4) {
        STEPS_1X4;
    }
    for (; x != rest; x++, w++, w1++, w2++, w3++) {
        STEP_1X4(0);
    }
    acc[0] = a;
    acc[1] = b;
    acc[2] = c;
    acc[3] = d;
}

#endif
