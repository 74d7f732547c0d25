/* The inverse transform of one frame, for the width that tkd_fft_body.h was included with. */
#include "tkd_fft_body.h"

static cpx bin(const WORD *input, int32_t k) {
    const cpx c = {input[2 * k], input[2 * k + 1]};
    return c;
}

/* Number k of the transform of even and odd samples together; the same for half - k. */
static void tangle(const WORD *input, int32_t k, const tkd_fft_params *p, cpx *x) {
    const int32_t half = (int32_t)1 << p->half_bits;
    const cpx a = divide(bin(input, k), 2), b = divide(conjugate(bin(input, half - k)), 2);
    const cpx even = add(a, b), odd = multiply(subtract(a, b), from_flash(p->untangles, k - 1));
    x[place_of(k, p->half_bits)] = add(even, odd);
    x[place_of(half - k, p->half_bits)] = conjugate(subtract(even, odd));
}

static void backward(const WORD *input, WORD *output, const tkd_fft_params *p, cpx *x) {
    const int32_t half = (int32_t)1 << p->half_bits;
    const cpx ends = {sum(input[0], input[2 * half]), difference(input[0], input[2 * half])};
    x[0] = divide(ends, 2);
    for (int32_t k = 1; k <= half / 2; k++) {
        tangle(input, k, p, x);
    }
    transform(x, p->half_bits, 1, p->twiddles);
    for (int32_t i = 0; i < half; i++) {
        output[2 * i] = x[i].re;
        output[2 * i + 1] = x[i].im;
    }
}

static void all_frames(const WORD *input, WORD *output, const tkd_fft_params *p, cpx *x) {
    for (int32_t frame = 0; frame < p->frames; frame++) {
        backward(input, output, p, x);
        input += 2 * (((int32_t)1 << p->half_bits) + 1);
        output += p->samples;
    }
}
