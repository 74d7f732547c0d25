#include "tkd_window_s16.h"

#include "tkd_flash.h"
#include "tkd_lanes.h"
#include "tkd_math.h"

static int16_t windowed(int16_t sample, int16_t weight, int32_t shift) {
    return (int16_t)tkd_clamp(((int32_t)sample * weight) >> shift, INT16_MIN, INT16_MAX);
}

/* The first samples of a frame, two at a time. Returns how many. */
static int32_t pairs(const int16_t *input, int16_t *output, const int16_t *window, int32_t size, int32_t shift) {
    int32_t i = 0;
#if TKD_LANES
    for (; i + 2 <= size; i += 2) {
        const uint32_t samples = tkd_lanes_load(input + i), weights = tkd_lanes_load(window + i);
        const int32_t low = (int32_t)tkd_lanes_product_0(samples, weights) >> shift;
        const int32_t high = (int32_t)tkd_lanes_product_1(samples, weights) >> shift;
        tkd_lanes_store(output + i, tkd_lanes_pack(tkd_lanes_saturated(low), tkd_lanes_saturated(high)));
    }
#else
    (void)input;
    (void)output;
    (void)window;
    (void)size;
    (void)shift;
#endif
    return i;
}

void tkd_window_s16(const int16_t *input, int16_t *output, const tkd_window_s16_params *p) {
    for (int32_t frame = 0; frame < p->frames; frame++) {
        for (int32_t i = pairs(input, output, p->window, p->size, p->shift); i < p->size; i++) {
            output[i] = windowed(input[i], TKD_LOAD_S16(p->window + i), p->shift);
        }
        input += p->size;
        output += p->size;
    }
}
