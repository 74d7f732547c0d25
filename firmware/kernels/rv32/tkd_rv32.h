/*
 * Requantisation on 32-bit RISC-V with MULH, and what the kernels of this folder share.
 *
 * MULH gives the high word of a product; the low one, whose top bit TFLM rounds by, would cost a second multiplication.
 * With acc * 4 in place of acc, MULH gives floor(acc * m / 2^30), one bit more than is needed, and
 *   x = (acc * m + 2^30) >> 31 = (floor(acc * m / 2^30) + 1) >> 1.
 */
#ifndef TKD_RV32_H
#define TKD_RV32_H

#include <stdint.h>

#include "tkd_integers.h"
#include "tkd_params.h"

#if defined(__riscv) && __riscv_xlen == 32 && defined(__riscv_mul) && !defined(__riscv_32e) && defined(__GNUC__)
#define TKD_RV32_ASM 1
#else
#define TKD_RV32_ASM 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Per channel a code: e, where the right shift is e + 1 in [1, 23] and |acc| < 2^29; from here on 64 + 31 + shift.
 *
 * gemmlowp's second rounding, ties away from zero, is y = (x + 2^e - (x < 0)) >> (e + 1); the sign of acc may stand for
 * that of x (tkd_dsp.h says why), and the output's zero point goes in before the shift: round = 2 * zero point + 1.
 */
#define TKD_RV32_SLOW 64

/* What sums of one channel become outputs with. */
typedef struct tkd_rv32_scale {
    int32_t multiplier, round, low, high;
    uint32_t code;
} tkd_rv32_scale;

/* Where the sums of one channel lie, and where its outputs go: elements from one to the next. */
typedef struct tkd_rv32_places {
    uint32_t count, sums_step, output_step;
} tkd_rv32_places;

static inline int8_t tkd_rv32_scaled(int32_t acc, int32_t multiplier, int32_t round, int32_t shift, int32_t low,
                                     int32_t high) {
    const int32_t product = (int32_t)(((int64_t)(acc * 4) * multiplier) >> 32);
    int32_t v = (((product + 1) >> 1) + (acc >> 31) + round) >> shift;
    if (v < low) {
        v = low;
    }
    if (v > high) {
        v = high;
    }
    return (int8_t)v;
}

/* Sums to outputs where code is e. */
static inline void tkd_rv32_store_short(const int32_t *sums, int8_t *output, tkd_rv32_places at, tkd_rv32_scale s) {
    const int32_t round = (int32_t)((uint32_t)s.round << s.code), shift = (int32_t)s.code + 1;
    const uint32_t next = at.sums_step, step = at.output_step;
    uint32_t from = 0, to = 0;
    for (uint32_t left = at.count >> 1; left > 0; left--, from += 2 * next, to += 2 * step) {
        output[to] = tkd_rv32_scaled(sums[from], s.multiplier, round, shift, s.low, s.high);
        output[to + step] = tkd_rv32_scaled(sums[from + next], s.multiplier, round, shift, s.low, s.high);
    }
    if (at.count & 1u) {
        output[to] = tkd_rv32_scaled(sums[from], s.multiplier, round, shift, s.low, s.high);
    }
}

/* The same for any accumulator and scale: code is TKD_RV32_SLOW and more. */
void tkd_rv32_store_long(const int32_t *sums, int8_t *output, tkd_rv32_places at, tkd_rv32_scale s);

static inline void tkd_rv32_store(const int32_t *sums, int8_t *output, tkd_rv32_places at, tkd_rv32_scale s) {
    if (s.code < TKD_RV32_SLOW) {
        tkd_rv32_store_short(sums, output, at, s);
    } else {
        tkd_rv32_store_long(sums, output, at, s);
    }
}

#ifdef __cplusplus
}
#endif
#endif
