#include "tkd_dot.h"

#include "tkd_flash.h"

int32_t tkd_dot_1x1(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc) {
    for (const int8_t *end = x + depth; x != end; x++, w++) {
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
        STEP_2X2(0);
        STEP_2X2(1);
        STEP_2X2(2);
        STEP_2X2(3);
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
        STEP_1X4(0);
        STEP_1X4(1);
        STEP_1X4(2);
        STEP_1X4(3);
    }
    for (; x != rest; x++, w++, w1++, w2++, w3++) {
        STEP_1X4(0);
    }
    acc[0] = a;
    acc[1] = b;
    acc[2] = c;
    acc[3] = d;
}
