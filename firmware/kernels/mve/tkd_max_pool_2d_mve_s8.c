/* Sixteen channels at a time. Portable twin: tkd_max_pool_2d_s8. */
#include <arm_mve.h>

#include "tkd_pool_2d_mve_s8.h"

/* Sixteen channels of one window, in `lanes`. */
static inline int8x16_t largest_of(const int8_t *line, const tkd_pool_area *area, mve_pred16_t lanes,
                                   const tkd_pool_params *p) {
    const uint32_t step = p->channels, skip = (p->window.in_w - area->width) * step;
    int8x16_t largest = vdupq_n_s8(INT8_MIN);
    for (uint32_t y = area->height; y > 0; y--, line += skip) {
        for (uint32_t x = area->width; x > 0; x--, line += step) {
            largest = vmaxq_s8(largest, vldrbq_z_s8(line, lanes));
        }
    }
    return largest;
}

/* All channels of one output pixel. */
static int8_t *pixel(int8_t *to, const tkd_pool_area *area, const tkd_pool_params *p) {
    const int8x16_t min = vdupq_n_s8(p->min), max = vdupq_n_s8(p->max);
    for (uint32_t c = 0; c < p->channels; c += 16) {
        const mve_pred16_t lanes = vctp8q(p->channels - c);
        const int8x16_t largest = largest_of(area->first + c, area, lanes, p);
        vstrbq_p_s8(to + c, vminq_s8(vmaxq_s8(largest, min), max), lanes);
    }
    return to + p->channels;
}

void tkd_max_pool_2d_mve_s8(const int8_t *input, int8_t *output, const tkd_pool_params *p) {
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
