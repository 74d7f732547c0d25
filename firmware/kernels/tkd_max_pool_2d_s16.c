#include "tkd_pool_s16.h"

/* The largest value of one channel. */
static int16_t pool(const tkd_pool_area_s16 *area, uint32_t channel, const tkd_pool_s16_params *p) {
    const uint32_t step = p->channels, row = p->window.in_w * step;
    uint32_t line = channel;
    int32_t largest = INT16_MIN;
    for (uint32_t y = 0; y < area->height; y++, line += row) {
        uint32_t at = line;
        for (uint32_t x = 0; x < area->width; x++, at += step) {
            largest = area->first[at] > largest ? area->first[at] : largest;
        }
    }
    return (int16_t)tkd_clamp(largest, p->min, p->max);
}

void tkd_max_pool_2d_s16(const int16_t *input, int16_t *output, const tkd_pool_s16_params *p) {
    const tkd_window *w = &p->window;
    for (uint32_t n = 0; n < w->batches; n++, input += (uint32_t)w->in_h * w->in_w * p->channels) {
        for (uint32_t y = 0; y < w->out_h; y++) {
            for (uint32_t x = 0; x < w->out_w; x++) {
                const tkd_pool_area_s16 area = tkd_pool_at_s16(input, y, x, p);
                for (uint32_t c = 0; c < p->channels; c++) {
                    *output++ = pool(&area, c, p);
                }
            }
        }
    }
}
