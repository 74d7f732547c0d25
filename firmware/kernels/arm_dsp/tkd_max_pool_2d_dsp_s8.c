#include "tkd_max_pool_2d_dsp_s8.h"

#include "tkd_dsp.h"
#include "tkd_dsp_clamp.h"

/* The largest values of four channels. */
static uint32_t largest_of_four(const int8_t *first, const tkd_pool_area *area, uint32_t step, uint32_t row) {
    uint32_t largest = tkd_load4(first);
    uint32_t line = 0;
    for (uint32_t y = area->height; y > 0; y--, line += row) {
        uint32_t at = line;
        for (uint32_t x = area->width; x > 0; x--, at += step) {
            largest = tkd_max8(largest, tkd_load4(first + at));
        }
    }
    return largest;
}

static int8_t largest_of_one(const int8_t *first, const tkd_pool_area *area, uint32_t step, uint32_t row) {
    int8_t largest = *first;
    uint32_t line = 0;
    for (uint32_t y = area->height; y > 0; y--, line += row) {
        uint32_t at = line;
        for (uint32_t x = area->width; x > 0; x--, at += step) {
            largest = first[at] > largest ? first[at] : largest;
        }
    }
    return largest;
}

static void pool(const tkd_pool_area *area, int8_t *output, uint32_t channels, uint32_t row) {
    uint32_t c = 0;
    for (; c + 4 <= channels; c += 4) {
        tkd_store4(output + c, largest_of_four(area->first + c, area, channels, row));
    }
    for (; c < channels; c++) {
        output[c] = largest_of_one(area->first + c, area, channels, row);
    }
}

void tkd_max_pool_2d_dsp_s8(const int8_t *input, int8_t *output, const tkd_pool_params *p) {
    const tkd_window *w = &p->window;
    const uint32_t row = (uint32_t)w->in_w * p->channels;
    int8_t *const first = output;
    for (uint32_t n = 0; n < w->batches; n++, input += w->in_h * row) {
        for (uint32_t y = 0; y < w->out_h; y++) {
            for (uint32_t x = 0; x < w->out_w; x++, output += p->channels) {
                const tkd_pool_area area = tkd_pool_at(input, y, x, p);
                pool(&area, output, p->channels, row);
            }
        }
    }
    tkd_dsp_clamp(first, (int32_t)(output - first), p->min, p->max);
}
