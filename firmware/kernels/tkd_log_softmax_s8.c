/* Equals LogSoftmaxQuantized in kernels/internal/reference/log_softmax.h. */
#include "tkd_log_softmax_s8.h"

#include "tkd_flash.h"
#include "tkd_math.h"
#include "tkd_reciprocal.h"

/* Q0.31, as log_x_for_x_greater_than_or_equal_to_1_impl in kernels/internal/common.h names them. */
#define LOG_2 1488522236
#define SQRT_HALF 1518500250
#define SQRT_SQRT_HALF 1805811301
#define ALPHA_N 117049297
#define ALPHA_D 127690142
#define ALPHA_I 1057819769
#define ALPHA_F 638450708
#define QUARTER ((int32_t)1 << 23) /* 1/4 as Q6.25 */

/* An approximation of log by a quotient of polynomials around 2^(-1/4), r as Q0.31; the result as Q6.25. */
static int32_t log_of_mantissa(int32_t r) {
    const int32_t p = (int32_t)(((int64_t)r + SQRT_SQRT_HALF + 1) >> 1);
    const int32_t q = 2 * (r - SQRT_SQRT_HALF);
    const int32_t square = tkd_high_mul(q, q);
    const int32_t numerator = tkd_high_mul(q, r) + tkd_high_mul(tkd_high_mul(q, square), ALPHA_N);
    const int32_t inner = ALPHA_I + q + tkd_high_mul(ALPHA_D, square);
    const int32_t denominator = tkd_high_mul(p, inner) + tkd_high_mul(ALPHA_F, q); /* less 1 */
    return tkd_high_mul(tkd_rounding_divide_by_pot(numerator, 6), tkd_reciprocal_of_one_plus(denominator));
}

/* log of x >= 1 as Q12.19; the result as Q5.26. */
static int32_t log_of(int32_t x) {
    const int32_t zeros_a = tkd_leading_zeros((uint32_t)x);
    const int32_t zeros_b = tkd_leading_zeros((uint32_t)tkd_high_mul(x, SQRT_HALF)) - 1;
    const int32_t scaled_a = tkd_high_mul(tkd_multiply_by_pot(x, zeros_a - 1), SQRT_HALF);
    const int32_t r_a = tkd_multiply_by_pot(scaled_a, 1), r_b = tkd_multiply_by_pot(x, zeros_b);
    const int32_t power_a = (12 - zeros_a) * ((int32_t)1 << 25) + QUARTER;
    const int32_t power_b = (12 - zeros_b) * ((int32_t)1 << 25) - QUARTER;
    const int32_t power = power_a > power_b ? power_a : power_b;
    return tkd_multiply_by_pot(tkd_high_mul(power, LOG_2) + log_of_mantissa(r_a < r_b ? r_a : r_b), 1);
}

static int32_t log_of_sum(const int8_t *in, int32_t largest, const tkd_log_softmax_params *p) {
    int32_t sum = 0; /* Q12.19 */
    for (uint32_t i = 0; i < p->depth; i++) {
        const int32_t distance = largest - in[i];
        if (distance < p->count) {
            sum += tkd_rounding_divide_by_pot(TKD_LOAD_S32(p->exponentials + distance), 12);
        }
    }
    return log_of(sum);
}

static void log_softmax_row(const int8_t *in, int8_t *out, const tkd_log_softmax_params *p) {
    int32_t largest = INT8_MIN;
    for (uint32_t i = 0; i < p->depth; i++) {
        largest = in[i] > largest ? in[i] : largest;
    }
    const int32_t log_sum = log_of_sum(in, largest, p);
    const int32_t bound = tkd_requantize(log_sum + INT32_MIN, p->back_multiplier, p->back_shift);
    const int32_t least = bound > p->least - 1 ? bound : p->least - 1;
    for (uint32_t i = 0; i < p->depth; i++) {
        const int32_t difference = in[i] - largest;
        int32_t v = INT8_MIN;
        if (difference > least) {
            const int32_t scaled = tkd_requantize(difference, p->multiplier, p->shift);
            v = tkd_rounding_divide_by_pot((int32_t)((uint32_t)scaled - (uint32_t)log_sum), 22) + INT8_MAX;
        }
        out[i] = (int8_t)tkd_clamp(v, INT8_MIN, INT8_MAX);
    }
}

void tkd_log_softmax_s8(const int8_t *input, int8_t *output, const tkd_log_softmax_params *p) {
    for (uint32_t row = 0; row < p->rows; row++, input += p->depth, output += p->depth) {
        log_softmax_row(input, output, p);
    }
}
