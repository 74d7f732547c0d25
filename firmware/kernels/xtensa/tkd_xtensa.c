#include "tkd_xtensa.h"

#include "tkd_math.h"

/* The high word of a * b. ESP32 and S3, whose ABI has windows, have MULSH; for others the compiler would call a
 * function of 64 bits. */
static int32_t high_word(int32_t a, int32_t b) {
#if defined(__XTENSA_CALL0_ABI__)
    const int32_t a_high = a >> 16, b_high = b >> 16;
    const uint32_t a_low = (uint32_t)a & 0xFFFFu, b_low = (uint32_t)b & 0xFFFFu;
    const int32_t first = a_high * (int32_t)b_low + (int32_t)((a_low * b_low) >> 16);
    const int32_t second = (int32_t)a_low * b_high + (int32_t)((uint32_t)first & 0xFFFFu);
    return a_high * b_high + (first >> 16) + (second >> 16);
#else
    return (int32_t)(((int64_t)a * b) >> 32);
#endif
}

static int32_t scaled(int32_t acc, const tkd_xtensa_scale *s) {
    if (s->code < TKD_XTENSA_SLOW) {
        const int32_t round = (int32_t)((uint32_t)s->round << s->code);
        return (((high_word(acc * 4, s->multiplier) + 1) >> 1) + (acc >> 31) + round) >> (s->code + 1u);
    }
    const int32_t shift = (int32_t)(s->code - TKD_XTENSA_SLOW) - 31;
    return tkd_requantize(acc, s->multiplier, shift) + (s->round >> 1);
}

void tkd_xtensa_store_any(const int32_t *sums, int8_t *output, tkd_xtensa_places at, const tkd_xtensa_scale *s) {
    uint32_t from = 0, to = 0;
    for (; at.count > 0; at.count--, from += at.sums_step, to += at.output_step) {
        output[to] = tkd_xtensa_limited(scaled(sums[from], s), s->low, s->high);
    }
}
