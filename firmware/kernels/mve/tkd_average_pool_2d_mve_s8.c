/*
 * Eight channels at a time: 255 values of int8 fit into int16. The quotient of n < 2^15 by d <= 2^s is
 * n * m >> (15 + s) with m = ceil(2^(15 + s) / d): m * d exceeds 2^(15 + s) by less than 2^s, times n by less than
 * 2^(15 + s), so the product is below the next whole one. Portable twin: tkd_average_pool_2d_s8.
 */
#include <arm_mve.h>

#include "tkd_pool_2d_mve_s8.h"

/* n / d for lanes of n, rounded to nearest, half up; magnitudes only. */
typedef struct divisor {
    uint16_t half, factor;
    int32_t shift; /* after the upper half of a product; unused where d is 1 */
    int is_one;
} divisor;

static divisor divisor_of(uint32_t d) {
    uint32_t s = 0;
    while ((1u << s) < d) {
        s++;
    }
    const uint32_t whole = (uint32_t)1 << (15 + s);
    const divisor by = {(uint16_t)(d / 2), (uint16_t)((whole + d - 1) / d), 1 - (int32_t)s, d == 1};
    return by;
}

/* Rounded half away from zero. */
static inline int16x8_t divided(int16x8_t sum, divisor by) {
    const int16x8_t sign = vshrq_n_s16(sum, 15);
    const uint16x8_t n = vaddq_n_u16(vreinterpretq_u16_s16(vabsq_s16(sum)), by.half);
    const uint16x8_t quotient = by.is_one ? n : vshlq_r_u16(vmulhq_u16(n, vdupq_n_u16(by.factor)), by.shift);
    return vsubq_s16(veorq_s16(vreinterpretq_s16_u16(quotient), sign), sign);
}

/* Eight channels of one window, in `lanes`. */
static inline int16x8_t sum_of(const int8_t *line, const tkd_pool_area *area, mve_pred16_t lanes,
                               const tkd_pool_params *p) {
    const uint32_t step = p->channels, skip = (p->window.in_w - area->width) * step;
    int16x8_t sum = vdupq_n_s16(0);
    for (uint32_t y = area->height; y > 0; y--, line += skip) {
        for (uint32_t x = area->width; x > 0; x--, line += step) {
            sum = vaddq_s16(sum, vldrbq_z_s16(line, lanes));
        }
    }
    return sum;
}

/* All channels of one output pixel. */
static int8_t *pixel(int8_t *to, const tkd_pool_area *area, const tkd_pool_params *p) {
    const divisor by = divisor_of(area->height * area->width);
    const int16x8_t min = vdupq_n_s16(p->min), max = vdupq_n_s16(p->max);
    for (uint32_t c = 0; c < p->channels; c += 8) {
        const mve_pred16_t lanes = vctp16q(p->channels - c);
        const int16x8_t mean = divided(sum_of(area->first + c, area, lanes, p), by);
        vstrbq_p_s16(to + c, vminq_s16(vmaxq_s16(mean, min), max), lanes);
    }
    return to + p->channels;
}

void tkd_average_pool_2d_mve_s8(const int8_t *input, int8_t *output, const tkd_pool_params *p) {
    const tkd_window *w = &p->window;
    for (uint32_t n = 0; n < w->batches; n++, input += (uint32_t)w->in_h * w->in_w * p->channels) {
        for (uint32_t y = 0; y < w->out_h; y++) {
            for (uint32_t x = 0; x < w->out_w; x++) {
                const tkd_pool_area area = tkd_pool_at(input, y, x, p);
                output = pixel(output, &area, p);
            }
        }
    }
}
