#include "tkd_rv32.h"

void tkd_rv32_store_long(const int32_t *sums, int8_t *output, tkd_rv32_places at, tkd_rv32_scale s) {
    const int32_t shift = (int32_t)s.code - TKD_RV32_SLOW - 31, zero_point = s.round >> 1;
    for (uint32_t i = 0, to = 0; i < at.count; i++, to += at.output_step) {
        const int32_t v = tkd_requantize(sums[i * at.sums_step], s.multiplier, shift) + zero_point;
        output[to] = (int8_t)tkd_clamp(v, s.low, s.high);
    }
}
