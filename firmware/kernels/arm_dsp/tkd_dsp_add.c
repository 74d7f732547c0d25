#include "tkd_dsp_add.h"

#include "tkd_dsp.h"
#include "tkd_dsp_clamp.h"

/* Everything in registers but the last few constants; lift is a literal, so that it is part of an addition. */
TKD_DSP_INLINE void add(const int8_t *coarse, const int8_t *fine, int8_t *y, int32_t count, const tkd_dsp_add_scale *p,
                        int lift) {
    const int32_t fine_base = p->fine_base, fine_multiplier = p->fine_multiplier, fine_round = p->fine_round;
    const int32_t fine_shift = p->fine_shift, base = p->base, multiplier = p->multiplier, round = p->round, e = p->e;
    const int8_t *const end = fine + count;
    while (fine != end) {
        const int32_t x = (int32_t)((uint32_t)fine_base + ((uint32_t)*fine++ << lift));
        const int32_t scaled = tkd_smmlar(x, fine_multiplier, fine_round + (x >> 31)) >> fine_shift;
        const int32_t twice = (int32_t)((uint32_t)(base + 2 * scaled) + ((uint32_t)*coarse++ << 20));
        *y++ = (int8_t)tkd_dsp_requantize(twice, multiplier, round, (uint32_t)e);
    }
}

void tkd_dsp_add(const int8_t *a, const int8_t *b, int8_t *y, int32_t count, const tkd_dsp_add_scale *p) {
    const int8_t *const coarse = p->swapped ? b : a, *const fine = p->swapped ? a : b;
    if (p->lift == 21) {
        add(coarse, fine, y, count, p, 21);
    } else {
        add(coarse, fine, y, count, p, 22);
    }
    tkd_dsp_clamp(y, count, p->min, p->max);
}
