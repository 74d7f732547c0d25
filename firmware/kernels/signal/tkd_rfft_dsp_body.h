/*
 * The forward transform of tkd_rfft_body.h for samples of 16 bits on Arm cores with DSP instructions: the same sums,
 * products and roundings, each complex number in one word, real part in lane 0.
 */
#include "tkd_fft.h"
#include "tkd_lanes.h"

#if TKD_LANES

#define ROUND (1 << 14)
#define HALF_Q15 16383u /* 1 / 2, the nearest fraction below; likewise a quarter */
#define QUARTER_Q15 8191u

static uint32_t twiddle_at(const void *table, int32_t index) {
    return tkd_lanes_load((const int16_t *)table + 2 * index);
}

TKD_LANES_INLINE uint32_t divided(uint32_t a, uint32_t factor) {
    return tkd_lanes_of_q15(tkd_lanes_add_0(a, factor, ROUND), tkd_lanes_add_1(a, factor, ROUND));
}

TKD_LANES_INLINE uint32_t product(uint32_t a, uint32_t b) {
    return tkd_lanes_of_q15(tkd_lanes_real(a, b, ROUND), tkd_lanes_imaginary(a, b, ROUND));
}

/* As place_of() of tkd_fft_body.h: bits in reverse order, those of each digit to base 4 as they were. */
static uint32_t place_of(uint32_t k, int32_t bits) {
    const uint32_t reversed = tkd_lanes_reversed_bits(k) >> (32 - bits);
    const uint32_t first = (bits & 1) != 0 ? 0xaaaaaaaau : 0x55555555u; /* the lower bit of each digit */
    const uint32_t single = reversed & (uint32_t)(bits & 1);
    return ((reversed & first) << 1) | ((reversed >> 1) & first) | single;
}

/* Two numbers behind one another; their twiddle is 1, which is not quite 1 in fixed point. */
TKD_LANES_INLINE void butterfly_2(uint32_t *x, uint32_t first, uint32_t second, uint32_t one) {
    const uint32_t a = divided(first, HALF_Q15), b = product(divided(second, HALF_Q15), one);
    x[0] = tkd_lanes_add(a, b);
    x[1] = tkd_lanes_subtract(a, b);
}

/* Numbers m apart, by their twiddles. */
TKD_LANES_INLINE void butterfly_4(uint32_t *x, int32_t m, uint32_t t1, uint32_t t2, uint32_t t3) {
    const uint32_t a = divided(x[0], QUARTER_Q15);
    const uint32_t b = product(divided(x[m], QUARTER_Q15), t1);
    const uint32_t c = product(divided(x[2 * m], QUARTER_Q15), t2);
    const uint32_t d = product(divided(x[3 * m], QUARTER_Q15), t3);
    const uint32_t even = tkd_lanes_subtract(a, c), both = tkd_lanes_add(a, c);
    const uint32_t odd = tkd_lanes_subtract(b, d), others = tkd_lanes_add(b, d);
    x[0] = tkd_lanes_add(both, others);
    x[2 * m] = tkd_lanes_subtract(both, others);
    x[m] = tkd_lanes_subtract_turned(even, odd);
    x[3 * m] = tkd_lanes_add_turned(even, odd);
}

/* All butterflies with the same twiddles, one after another. */
static void butterflies_4(uint32_t *x, int32_t m, int32_t half, const void *twiddles) {
    const int32_t step = half / (4 * m);
    for (int32_t i = 0; i < m; i++) {
        const uint32_t t1 = twiddle_at(twiddles, i * step);
        const uint32_t t2 = twiddle_at(twiddles, 2 * i * step), t3 = twiddle_at(twiddles, 3 * i * step);
        uint32_t *at = x + i;
        for (int32_t left = step; left > 0; left--) {
            TKD_LANES_KEEP(at); /* one pointer: four of them are more registers than there are */
            butterfly_4(at, m, t1, t2, t3);
            at += 4 * m;
        }
    }
}

static void transform(uint32_t *x, int32_t bits, const void *twiddles) {
    const int32_t half = (int32_t)1 << bits;
    for (int32_t m = 1 + (bits & 1); m < half; m *= 4) {
        butterflies_4(x, m, half, twiddles);
    }
}

/* Bins k and half - k from the transform of even and odd samples. */
static void untangle(const uint32_t *x, int32_t k, int32_t half, uint32_t twiddle, int16_t *output) {
    const uint32_t mirrored = x[half - k];
    const uint32_t conjugate = tkd_lanes_join(mirrored, tkd_lanes_subtract(0, mirrored));
    const uint32_t a = divided(x[k], HALF_Q15), b = divided(conjugate, HALF_Q15);
    const uint32_t even = tkd_lanes_add(a, b), odd = product(tkd_lanes_subtract(a, b), twiddle);
    const uint32_t low = tkd_lanes_half_difference(even, odd), high = tkd_lanes_half_difference(odd, even);
    tkd_lanes_store(output + 2 * k, tkd_lanes_half_sum(even, odd));
    tkd_lanes_store(output + 2 * (half - k), tkd_lanes_join(low, high));
}

/* Samples 2 i and 2 i + 1; zeros behind the last. */
TKD_LANES_INLINE uint32_t pair_at(const int16_t *input, int32_t i, int32_t samples) {
    if (2 * i + 1 < samples) {
        return tkd_lanes_load(input + 2 * i);
    }
    return 2 * i < samples ? (uint16_t)input[2 * i] : 0u;
}

/* Samples in twos, each at its place; of an odd power the innermost step is done with it. */
static void place(const int16_t *input, uint32_t *x, const tkd_fft_params *p) {
    const int32_t bits = p->half_bits, samples = p->samples, quarter = (int32_t)1 << (bits - 1);
    const uint32_t one = twiddle_at(p->twiddles, 0);
    for (int32_t i = 0; i < quarter; i++) {
        uint32_t *const at = x + place_of((uint32_t)i, bits);
        const uint32_t first = pair_at(input, i, samples), second = pair_at(input, i + quarter, samples);
        if ((bits & 1) != 0) {
            butterfly_2(at, first, second, one);
        } else {
            at[0] = first;
            at[2] = second;
        }
    }
}

static void forward(const int16_t *input, int16_t *output, const tkd_fft_params *p, uint32_t *x) {
    const int32_t half = (int32_t)1 << p->half_bits;
    place(input, x, p);
    transform(x, p->half_bits, p->twiddles);
    const uint32_t first = divided(x[0], HALF_Q15), turned = (first >> 16) | (first << 16);
    tkd_lanes_store(output, tkd_lanes_add(first, turned) & 0xffffu);
    tkd_lanes_store(output + 2 * half, tkd_lanes_subtract(first, turned) & 0xffffu);
    for (int32_t k = 1; k <= half / 2; k++) {
        untangle(x, k, half, twiddle_at(p->untangles, k - 1), output);
    }
}

#endif
