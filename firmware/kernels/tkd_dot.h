/* Dot products of int8 rows in RAM with int8 weights in flash, blocked so that each load feeds several products. */
#ifndef TKD_DOT_H
#define TKD_DOT_H

#include <stdint.h>

#include "tkd_flash.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline int32_t tkd_dot_1x1(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc) {
    for (uint32_t i = 0; i < depth; i++) {
        acc += x[i] * TKD_LOAD_S8(w + i);
    }
    return acc;
}

/* Two rows of x by two rows of w: acc = {x0 w0, x0 w1, x1 w0, x1 w1}. */
static inline void tkd_dot_2x2(const int8_t *x0, const int8_t *x1, const int8_t *w0, const int8_t *w1, uint32_t depth,
                               int32_t acc[4]) {
    int32_t a = acc[0], b = acc[1], c = acc[2], d = acc[3];
    for (uint32_t i = 0; i < depth; i++) {
        const int32_t p = x0[i], q = x1[i], u = TKD_LOAD_S8(w0 + i), v = TKD_LOAD_S8(w1 + i);
        a += p * u;
        b += p * v;
        c += q * u;
        d += q * v;
    }
    acc[0] = a;
    acc[1] = b;
    acc[2] = c;
    acc[3] = d;
}

/* One row of x by four rows of w, which lie depth apart. */
static inline void tkd_dot_1x4(const int8_t *x, const int8_t *w, uint32_t depth, int32_t acc[4]) {
    const int8_t *w1 = w + depth, *w2 = w1 + depth, *w3 = w2 + depth;
    int32_t a = acc[0], b = acc[1], c = acc[2], d = acc[3];
    for (uint32_t i = 0; i < depth; i++) {
        const int32_t p = x[i];
        a += p * TKD_LOAD_S8(w + i);
        b += p * TKD_LOAD_S8(w1 + i);
        c += p * TKD_LOAD_S8(w2 + i);
        d += p * TKD_LOAD_S8(w3 + i);
    }
    acc[0] = a;
    acc[1] = b;
    acc[2] = c;
    acc[3] = d;
}

#ifdef __cplusplus
}
#endif
#endif
