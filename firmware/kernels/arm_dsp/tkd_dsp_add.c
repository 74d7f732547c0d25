#include "tkd_dsp_add.h"

#include "tkd_dsp_pixels.h"

/* Twice the sum of both scaled operands. */
TKD_DSP_INLINE int32_t twice_sum(int32_t coarse, int32_t fine, const tkd_dsp_add_scale *p) {
    const int32_t x = (int32_t)((uint32_t)(fine - p->fine_zero) << p->lift);
    const int32_t scaled = tkd_smmlar(x, p->fine_multiplier, p->fine_round + (x >> 31)) >> p->fine_shift;
    return 2 * scaled + p->base + (int32_t)((uint32_t)coarse << 20);
}

void tkd_dsp_add(const int8_t *a, const int8_t *b, int8_t *y, int32_t count, const tkd_dsp_add_scale *scale) {
    const tkd_dsp_add_scale p = *scale;
    const int8_t *const coarse = p.swapped ? b : a, *const fine = p.swapped ? a : b;
    for (int32_t i = 0; i < count; i++) {
        y[i] = (int8_t)tkd_dsp_requantize(twice_sum(coarse[i], fine[i], &p), p.multiplier, p.round, (uint32_t)p.e);
    }
    tkd_dsp_clamp(y, count, p.min, p.max);
}
