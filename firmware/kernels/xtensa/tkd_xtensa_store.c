#include "tkd_flash.h"
#include "tkd_xtensa_filters.h"
#include "tkd_xtensa_low.h"

static void store_low(const int32_t *sums, uint32_t count, int8_t *output, uint32_t step, const tkd_xtensa_low *s) {
    if (count == TKD_XTENSA_PIXELS) {
        tkd_xtensa_store_low_4(sums, output, step, s);
        return;
    }
    for (uint32_t i = 0, to = 0; i != count; i++, to += step) {
        output[to] = tkd_xtensa_scaled_low(sums[i], s);
    }
}

void tkd_xtensa_store_four(const int32_t *sums, uint32_t count, int8_t *output, const int32_t *head, uint32_t left,
                           const tkd_xtensa_filters *f) {
    const tkd_xtensa_places at = {count, 1, f->step};
    const int32_t *const end = head + (left < 4 ? left : 4);
    for (uint32_t codes = (uint32_t)TKD_LOAD_S32(head + 8); head != end;
         head++, codes >>= 8, sums += TKD_XTENSA_PIXELS, output++) {
        const uint32_t code = codes & 0xFFu;
        const int32_t multiplier = TKD_LOAD_S32(head + 4);
        if (code >= TKD_XTENSA_LOW) {
            const tkd_xtensa_low s = tkd_xtensa_low_of(multiplier, code, f->round, f->min, f->max);
            store_low(sums, count, output, f->step, &s);
        } else {
            const tkd_xtensa_scale s = {multiplier, f->round, f->min, f->max, code};
            tkd_xtensa_store(sums, output, at, &s);
        }
    }
}
