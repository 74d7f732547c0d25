/*
 * The complex transform for one width of samples, which tkd_fft_s16.h or tkd_fft_s32.h has set:
 *   WORD   the samples' type            TWIN  the unsigned type of the same width
 *   WIDE   a type for products           BITS  fraction bits of a twiddle
 *   LOAD   reads a WORD from flash       SUM, DIFFERENCE  of two WORDs that are halved next
 * Sums wrap, as KISS FFT's do where it is built for machines that wrap.
 */
#include "tkd_fft.h"
#include "tkd_flash.h"
#include "tkd_integers.h"

typedef struct cpx {
    WORD re, im;
} cpx;

static WORD sum(WORD a, WORD b) { return (WORD)(TWIN)((uint32_t)a + (uint32_t)b); }
static WORD difference(WORD a, WORD b) { return (WORD)(TWIN)((uint32_t)a - (uint32_t)b); }
static WORD rounded(WIDE x) { return (WORD)((x + ((WIDE)1 << (BITS - 1))) >> BITS); }

static cpx add(cpx a, cpx b) {
    const cpx c = {sum(a.re, b.re), sum(a.im, b.im)};
    return c;
}

static cpx subtract(cpx a, cpx b) {
    const cpx c = {difference(a.re, b.re), difference(a.im, b.im)};
    return c;
}

static cpx conjugate(cpx a) {
    const cpx c = {a.re, difference(0, a.im)};
    return c;
}

static cpx multiply(cpx a, cpx b) {
    const cpx c = {rounded((WIDE)a.re * b.re - (WIDE)a.im * b.im), rounded((WIDE)a.re * b.im + (WIDE)a.im * b.re)};
    return c;
}

/* a / radix, by the nearest fraction below 1 / radix. */
static cpx divide(cpx a, WORD radix) {
    const WIDE factor = (WORD)(((TWIN)1 << BITS) - 1) / radix;
    const cpx c = {rounded(a.re * factor), rounded(a.im * factor)};
    return c;
}

static cpx from_flash(const void *table, int32_t index) {
    const WORD *at = (const WORD *)table + 2 * index;
    const cpx c = {(WORD)LOAD(at), (WORD)LOAD(at + 1)};
    return c;
}

/* The place of input k: its digits to base 4 in reverse order, a single last bit behind them. */
static int32_t place_of(int32_t k, int32_t bits) {
    int32_t place = 0;
    for (; bits > 1; bits -= 2, k >>= 2) {
        place |= (k & 3) << (bits - 2);
    }
    return bits == 1 ? place | (k & 1) : place;
}

/* Pairs, the innermost step of an odd power: every twiddle is 1, which is not quite 1 in fixed point. */
static void butterflies_2(cpx *x, int32_t half, const void *twiddles) {
    const cpx one = from_flash(twiddles, 0);
    for (int32_t i = 0; i < half; i += 2) {
        const cpx a = divide(x[i], 2), b = multiply(divide(x[i + 1], 2), one);
        x[i + 1] = subtract(a, b);
        x[i] = add(a, b);
    }
}

/* One butterfly of four numbers that lie m apart; turn is the step through the twiddles. */
static void butterfly_4(cpx *x, int32_t m, int32_t turn, int32_t inverse, const void *twiddles) {
    const cpx a = divide(x[0], 4);
    const cpx b = multiply(divide(x[m], 4), from_flash(twiddles, turn));
    const cpx c = multiply(divide(x[2 * m], 4), from_flash(twiddles, 2 * turn));
    const cpx d = multiply(divide(x[3 * m], 4), from_flash(twiddles, 3 * turn));
    const cpx even = subtract(a, c), both = add(a, c);
    const cpx odd = subtract(b, d), others = add(b, d);
    const cpx quarter = {odd.im, difference(0, odd.re)}; /* odd / i */
    x[0] = add(both, others);
    x[2 * m] = subtract(both, others);
    x[inverse ? 3 * m : m] = add(even, quarter);
    x[inverse ? m : 3 * m] = subtract(even, quarter);
}

/* The transform in place, each input at its place_of(). */
static void transform(cpx *x, int32_t bits, int32_t inverse, const void *twiddles) {
    const int32_t half = (int32_t)1 << bits;
    if ((bits & 1) != 0) {
        butterflies_2(x, half, twiddles);
    }
    for (int32_t m = (bits & 1) != 0 ? 2 : 1; m < half; m *= 4) {
        const int32_t step = half / (4 * m);
        for (int32_t block = 0; block < half; block += 4 * m) {
            for (int32_t i = 0; i < m; i++) {
                butterfly_4(x + block + i, m, i * step, inverse, twiddles);
            }
        }
    }
}
