#include "tkd_pool_s8.h"

/* The largest value of one channel. */
static int8_t pool(const tkd_pool_area *area, uint32_t channel, const tkd_pool_params *p) {
    const uint32_t step = p->channels, row = p->window.in_w * step;
    uint32_t line = channel;
    int32_t largest = INT8_MIN;
    for (uint32_t y = 0; y < area->height; y++, line += row) {
        uint32_t at = line;
        for (uint32_t x = 0; x < area->width; x++, at += step) {
            largest = area->first[at] > largest ? area->first[at] : largest;
        }
    }
    return (int8_t)tkd_clamp(largest, p->min, p->max);
}

void tkd_max_pool_2d_s8(const int8_t *input, int8_t *output, const tkd_pool_params *p) {
    const tkd_window *w = &p->window;
    for (uint32_t n = 0; n < w->batches; n++, input += (uint32_t)w->in_h * w->in_w * p->channels) {
        for (uint32_t y = 0; y < w->out_h; y++) {
            for (uint32_t x = 0; x < w->out_w; x++) {
                const tkd_pool_area area = tkd_pool_at(input, y, x, p);
                for (uint32_t c = 0; c < p->channels; c++) {
                    *output++ = pool(&area, c, p);
                }
            }
        }
    }
}
