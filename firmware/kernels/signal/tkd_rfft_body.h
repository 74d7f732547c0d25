/* The forward transform of one frame, for the width that tkd_fft_body.h was included with. */
#include "tkd_fft_body.h"

static WORD sample(const WORD *input, int32_t i, int32_t samples) { return (WORD)(i < samples ? input[i] : 0); }

/* (a + b) / 2, with the carry where WIDE has room for it. */
static WORD half_of(WIDE x) { return (WORD)(x >> 1); }

/* Bins k and half - k from the transform of even and odd samples. */
static void untangle(const cpx *x, int32_t k, int32_t half, cpx twiddle, WORD *output) {
    const cpx a = divide(x[k], 2), b = divide(conjugate(x[half - k]), 2);
    const cpx even = add(a, b), odd = multiply(subtract(a, b), twiddle);
    WORD *low = output + 2 * k, *high = output + 2 * (half - k);
    low[0] = half_of(SUM(even.re, odd.re));
    low[1] = half_of(SUM(even.im, odd.im));
    high[0] = half_of(DIFFERENCE(even.re, odd.re));
    high[1] = half_of(DIFFERENCE(odd.im, even.im));
}

static void forward(const WORD *input, WORD *output, const tkd_fft_params *p, cpx *x) {
    const int32_t half = (int32_t)1 << p->half_bits;
    for (int32_t i = 0; i < half; i++) {
        cpx *pair = x + place_of(i, p->half_bits);
        pair->re = sample(input, 2 * i, p->samples);
        pair->im = sample(input, 2 * i + 1, p->samples);
    }
    transform(x, p->half_bits, 0, p->twiddles);
    const cpx first = divide(x[0], 2);
    output[0] = sum(first.re, first.im);
    output[2 * half] = difference(first.re, first.im);
    output[1] = output[2 * half + 1] = 0;
    for (int32_t k = 1; k <= half / 2; k++) {
        untangle(x, k, half, from_flash(p->untangles, k - 1), output);
    }
}

static void all_frames(const WORD *input, WORD *output, const tkd_fft_params *p, cpx *x) {
    for (int32_t frame = 0; frame < p->frames; frame++) {
        forward(input, output, p, x);
        input += p->samples;
        output += 2 * (((int32_t)1 << p->half_bits) + 1);
    }
}
