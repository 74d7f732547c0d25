#include "tkd_softmax_s8.h"

#include "tkd_flash.h"
#include "tkd_math.h"

/* 1 / (1 + x) as Q0.31, x in [0, 1) as Q0.31: three Newton steps, as gemmlowp's one_over_one_plus_x_for_x_in_0_1. */
static int32_t reciprocal_of_one_plus(int32_t x) {
    const int32_t half = (int32_t)(((int64_t)x + INT32_MAX + 1) >> 1); /* (1 + x) / 2, rounded */
    int32_t guess = 1515870810 + tkd_high_mul(half, -1010580540);      /* 48/17 - 32/17 * half, Q2.29 */
    for (int i = 0; i < 3; i++) {
        const int32_t error = ((int32_t)1 << 29) - tkd_high_mul(half, guess);
        guess += tkd_multiply_by_pot(tkd_high_mul(guess, error), 2);
    }
    return tkd_multiply_by_pot(guess, 1);
}

static int32_t leading_zeros(uint32_t x) {
    int32_t n = 0;
    for (; (x & 0x80000000u) == 0; x <<= 1) {
        n++;
    }
    return n;
}

static int32_t largest_of(const int8_t *row, uint32_t depth) {
    int32_t largest = INT8_MIN;
    for (uint32_t i = 0; i < depth; i++) {
        largest = row[i] > largest ? row[i] : largest;
    }
    return largest;
}

static int32_t exponential(int32_t distance, const tkd_softmax_params *p) {
    return distance < p->count ? TKD_LOAD_S32(p->exponentials + distance) : 0;
}

static void softmax_row(const int8_t *in, int8_t *out, const tkd_softmax_params *p) {
    const int32_t largest = largest_of(in, p->depth);
    int32_t sum = 0; /* Q12.19 */
    for (uint32_t i = 0; i < p->depth; i++) {
        sum += tkd_rounding_divide_by_pot(exponential(largest - in[i], p), 12);
    }
    const int32_t zeros = leading_zeros((uint32_t)sum);
    const int32_t scale = reciprocal_of_one_plus((int32_t)(((uint32_t)sum << zeros) & 0x7FFFFFFFu));
    const int32_t shift = 12 - zeros + 31 - 8; /* above 31 everything rounds to 0 */
    for (uint32_t i = 0; i < p->depth; i++) {
        const int32_t product = tkd_high_mul(scale, exponential(largest - in[i], p));
        const int32_t value = shift > 31 ? 0 : tkd_rounding_divide_by_pot(product, shift);
        out[i] = (int8_t)tkd_clamp(value - 128, -128, 127);
    }
}

void tkd_softmax_s8(const int8_t *input, int8_t *output, const tkd_softmax_params *p) {
    for (uint32_t row = 0; row < p->rows; row++, input += p->depth, output += p->depth) {
        softmax_row(input, output, p);
    }
}
