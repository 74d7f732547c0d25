#include "tkd_rv32.h"

void tkd_rv32_store_long(const int32_t *sums, int8_t *output, tkd_rv32_places at, tkd_rv32_scale s) {
    const int32_t shift = (int32_t)s.code - TKD_RV32_SLOW - 31, zero_point = s.round >> 1;
    for (const int32_t *end = sums + at.count * at.sums_step; sums != end; sums += at.sums_step) {
        const int32_t v = tkd_requantize(*sums, s.multiplier, shift) + zero_point;
        *output = (int8_t)tkd_clamp(v, s.low, s.high);
        output += at.output_step;
    }
}
