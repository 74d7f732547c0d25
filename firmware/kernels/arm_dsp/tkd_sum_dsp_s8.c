#include "tkd_sum_dsp_s8.h"

#include "tkd_dsp.h"
#include "tkd_math.h"

#define LANE_COUNT 255 /* values whose sum fits in 16 bits */

/* Adds up to LANE_COUNT pixels of four channels. */
static const int8_t *add_pixels(const int8_t *x, int32_t count, int32_t step, int32_t sum[4]) {
    uint32_t even = 0, odd = 0;
    for (; count > 0; count--, x += step) {
        const uint32_t four = tkd_load4(x);
        even = tkd_sxtab16(even, four);
        odd = tkd_sxtab16_odd(odd, four);
    }
    sum[0] += (int16_t)(even & 0xffffu);
    sum[1] += (int16_t)(odd & 0xffffu);
    sum[2] += (int16_t)(even >> 16);
    sum[3] += (int16_t)(odd >> 16);
    return x;
}

void tkd_sum_dsp_s8(const int8_t *x, int8_t *y, const tkd_sum_dsp_params *p) {
    for (int32_t c = 0; c < p->channels; c += 4) {
        int32_t sum[4] = {0, 0, 0, 0};
        const int8_t *at = x + c;
        for (int32_t left = p->count; left > 0; left -= LANE_COUNT) {
            at = add_pixels(at, left < LANE_COUNT ? left : LANE_COUNT, p->channels, sum);
        }
        for (int32_t i = 0; i < 4; i++) {
            const int32_t v = tkd_requantize(sum[i] - p->zero_sum, p->multiplier, p->shift) + p->y_zero;
            *y++ = (int8_t)tkd_clamp(v, -128, 127);
        }
    }
}
