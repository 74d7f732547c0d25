#include "tkd_average_pool_2d_dsp_s8.h"

#include "tkd_dsp.h"

/* Lanes (0, 2) and (1, 3) of the sums of four channels. */
typedef struct lanes {
    uint32_t even, odd;
} lanes;

static lanes sum_area(const int8_t *first, const tkd_pool_area *area, size_t step, size_t row) {
    lanes sum = {0, 0};
    size_t line = 0;
    for (uint32_t y = area->height; y > 0; y--, line += row) {
        size_t at = line;
        for (uint32_t x = area->width; x > 0; x--, at += step) {
            const uint32_t four = tkd_load4(first + at);
            sum.even = tkd_sxtab16(sum.even, four);
            sum.odd = tkd_sxtab16_odd(sum.odd, four);
        }
    }
    return sum;
}

/* Rounded half away from zero. */
static int8_t average(int32_t sum, int32_t count, const tkd_pool_params *p) {
    sum = (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
    return (int8_t)tkd_clamp(sum, p->min, p->max);
}

static void pool(const tkd_pool_area *area, int8_t *output, const tkd_pool_params *p) {
    const uint32_t row = (uint32_t)p->window.in_w * p->channels;
    const int32_t count = (int32_t)(area->height * area->width);
    for (uint32_t c = 0; c < p->channels; c += 4, output += 4) {
        const lanes sum = sum_area(area->first + c, area, p->channels, row);
        output[0] = average((int16_t)(sum.even & 0xffffu), count, p);
        output[1] = average((int16_t)(sum.odd & 0xffffu), count, p);
        output[2] = average((int16_t)(sum.even >> 16), count, p);
        output[3] = average((int16_t)(sum.odd >> 16), count, p);
    }
}

void tkd_average_pool_2d_dsp_s8(const int8_t *input, int8_t *output, const tkd_pool_params *p) {
    const tkd_window *w = &p->window;
    for (uint32_t n = 0; n < w->batches; n++, input += (uint32_t)w->in_h * w->in_w * p->channels) {
        for (uint32_t y = 0; y < w->out_h; y++) {
            for (uint32_t x = 0; x < w->out_w; x++, output += p->channels) {
                const tkd_pool_area area = tkd_pool_at(input, y, x, p);
                pool(&area, output, p);
            }
        }
    }
}
