#include "tkd_pcan_u32.h"

#include "tkd_bits.h"
#include "tkd_flash.h"
#include "tkd_integers.h"

#define SNR_BITS 12
#define OUTPUT_BITS 6

/* The gain at noise x: a parabola between powers of two. Products may wrap, as TFLM's do. */
static int16_t gain(uint32_t x, const int16_t *gains) {
    if (x <= 2) {
        return TKD_LOAD_S16(gains + x);
    }
    const int32_t place = tkd_highest_bit_u32(x);
    const int16_t *at = gains + (4 * place - 6);
    const int32_t fraction = (int32_t)((place < 11 ? x << (11 - place) : x >> (place - 11)) & 0x3FF);
    const int32_t curved = ((int32_t)TKD_LOAD_S16(at + 2) * fraction) >> 5;
    const uint32_t slope = (uint32_t)curved + ((uint32_t)(int32_t)TKD_LOAD_S16(at + 1) << 5);
    const int32_t rise = (int32_t)(slope * (uint32_t)fraction + ((uint32_t)1 << 14)) >> 15;
    return (int16_t)(rise + TKD_LOAD_S16(at));
}

/* x * x / 4 for small x, else x - 1, from SNR_BITS to OUTPUT_BITS of fraction. */
static uint32_t compressed(uint32_t x) {
    if (x < (uint32_t)2 << SNR_BITS) {
        return (x * x) >> (2 + 2 * SNR_BITS - OUTPUT_BITS);
    }
    return (x >> (SNR_BITS - OUTPUT_BITS)) - ((uint32_t)1 << OUTPUT_BITS);
}

void tkd_pcan_u32(const uint32_t *input, const uint32_t *noise, uint32_t *output, const tkd_pcan_u32_params *p) {
    for (int32_t i = 0; i < p->channels; i++) {
        const uint32_t factor = (uint32_t)(int32_t)gain(noise[i], p->gains);
        output[i] = compressed((uint32_t)(((uint64_t)input[i] * factor) >> p->shift));
    }
}
