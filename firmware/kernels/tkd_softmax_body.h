/* What SOFTMAX of int8 computes of a row, whatever its output is. Equals kernels/internal/reference/softmax.h. */
#ifndef TKD_SOFTMAX_BODY_H
#define TKD_SOFTMAX_BODY_H

#include "tkd_flash.h"
#include "tkd_math.h"
#include "tkd_reciprocal.h"
#include "tkd_softmax_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline int32_t tkd_softmax_largest_of(const int8_t *row, uint32_t depth) {
    int32_t largest = INT8_MIN;
    for (uint32_t i = 0; i < depth; i++) {
        largest = row[i] > largest ? row[i] : largest;
    }
    return largest;
}

static inline int32_t tkd_softmax_exponential(int32_t distance, const tkd_softmax_params *p) {
    return distance < p->count ? TKD_LOAD_S32(p->exponentials + distance) : 0;
}

/* What every exponential of a row is multiplied by, and then shifted to the right for an output of bits. */
typedef struct tkd_softmax_scale {
    int32_t multiplier, shift, largest;
} tkd_softmax_scale;

static inline tkd_softmax_scale tkd_softmax_scale_of(const int8_t *in, const tkd_softmax_params *p, int32_t bits) {
    const int32_t largest = tkd_softmax_largest_of(in, p->depth);
    int32_t sum = 0; /* Q12.19 */
    for (uint32_t i = 0; i < p->depth; i++) {
        sum += tkd_rounding_divide_by_pot(tkd_softmax_exponential(largest - in[i], p), 12);
    }
    const int32_t zeros = tkd_leading_zeros((uint32_t)sum);
    const int32_t multiplier = tkd_reciprocal(sum, zeros);
    const tkd_softmax_scale scale = {multiplier, 12 - zeros + 31 - bits, largest};
    return scale;
}

/* One output above its least value; a shift above 31 rounds everything to 0. */
static inline int32_t tkd_softmax_value(int8_t in, const tkd_softmax_scale *s, const tkd_softmax_params *p) {
    const int32_t product = tkd_high_mul(s->multiplier, tkd_softmax_exponential(s->largest - in, p));
    return s->shift > 31 ? 0 : tkd_rounding_divide_by_pot(product, s->shift);
}

#ifdef __cplusplus
}
#endif
#endif
