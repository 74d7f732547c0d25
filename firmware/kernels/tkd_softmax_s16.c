/* Equals SoftmaxInt16 in kernels/internal/reference/softmax.h and LUTLookup in kernels/internal/common.h. */
#include "tkd_softmax_s16.h"

#include "tkd_flash.h"
#include "tkd_math.h"

/* 512 steps over int16, interpolated with 7 bits. */
static int16_t lookup(const int16_t *table, int32_t x) {
    const int32_t value = tkd_clamp(x, INT16_MIN, INT16_MAX), index = 256 + (value >> 7);
    const int32_t base = TKD_LOAD_S16(table + index), slope = TKD_LOAD_S16(table + index + 1) - base;
    return (int16_t)(base + ((slope * (value & 0x7F) + 64) >> 7));
}

static int32_t largest(const int16_t *x, int32_t count) {
    int32_t found = INT16_MIN;
    for (int32_t i = 0; i < count; i++) {
        found = x[i] > found ? x[i] : found;
    }
    return found;
}

/* Bits above the highest one of x > 0. */
static int32_t leading_zeros(int32_t x) {
    int32_t zeros = 0;
    while (x < (int32_t)1 << 30) {
        x <<= 1;
        zeros++;
    }
    return zeros + 1;
}

static void row(const int16_t *x, int16_t *y, const tkd_softmax_s16_params *p) {
    const int32_t most = largest(x, p->depth);
    int32_t sum = 0;
    for (int32_t i = 0; i < p->depth; i++) {
        y[i] = lookup(p->exponentials, tkd_requantize(x[i] - most, p->multiplier, p->shift) + 32767);
        sum += y[i];
    }
    const int32_t headroom = leading_zeros(sum), right = 31 - headroom;
    const int32_t fraction = (int32_t)((((int64_t)sum << (headroom - 1)) + (1 << 13)) >> 14) - ((int32_t)3 << 15);
    const int32_t reciprocal = lookup(p->reciprocals, fraction);
    for (int32_t i = 0; i < p->depth; i++) {
        const int32_t scaled = (int32_t)(((int64_t)y[i] * reciprocal + ((int64_t)1 << (right - 1))) >> right);
        y[i] = (int16_t)tkd_clamp(scaled, 0, INT16_MAX);
    }
}

void tkd_softmax_s16(const int16_t *input, int16_t *output, const tkd_softmax_s16_params *p) {
    for (int32_t i = 0; i < p->rows; i++, input += p->depth, output += p->depth) {
        row(input, output, p);
    }
}
