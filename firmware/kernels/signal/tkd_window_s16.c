#include "tkd_window_s16.h"

#include "tkd_flash.h"
#include "tkd_math.h"

void tkd_window_s16(const int16_t *input, int16_t *output, const tkd_window_s16_params *p) {
    for (int32_t frame = 0; frame < p->frames; frame++) {
        for (int32_t i = 0; i < p->size; i++) {
            const int32_t product = (int32_t)*input++ * TKD_LOAD_S16(p->window + i);
            *output++ = (int16_t)tkd_clamp(product >> p->shift, INT16_MIN, INT16_MAX);
        }
    }
}
