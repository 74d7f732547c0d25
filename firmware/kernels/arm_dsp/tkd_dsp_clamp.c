#include "tkd_dsp_clamp.h"

void tkd_dsp_clamp_all(int8_t *y, int32_t count, int32_t low, int32_t high) {
    for (int32_t i = 0; i < count; i++) {
        const int32_t v = y[i];
        y[i] = (int8_t)(v < low ? low : v > high ? high : v);
    }
}
