#include "tkd_log_u32.h"

#include "tkd_bits.h"
#include "tkd_flash.h"
#include "tkd_integers.h"

#define BITS 16        /* of fraction */
#define SEGMENT_BITS 9 /* of the position within one of 128 segments */
#define LN_2 UINT32_C(45426)

/* log2(1 + i / 128) - i / 128 in units of 2^-16. */
static const int16_t bend[] TKD_FLASH = {
    0,    224,  442,  654,  861,  1063, 1259, 1450, 1636, 1817, 1992, 2163, 2329, 2490, 2646, 2797, 2944, 3087, 3224,
    3358, 3487, 3611, 3732, 3848, 3960, 4068, 4172, 4272, 4368, 4460, 4549, 4633, 4714, 4791, 4864, 4934, 5001, 5063,
    5123, 5178, 5231, 5280, 5326, 5368, 5408, 5444, 5477, 5507, 5533, 5557, 5578, 5595, 5610, 5622, 5631, 5637, 5640,
    5641, 5638, 5633, 5626, 5615, 5602, 5586, 5568, 5547, 5524, 5498, 5470, 5439, 5406, 5370, 5332, 5291, 5249, 5203,
    5156, 5106, 5054, 5000, 4944, 4885, 4825, 4762, 4697, 4630, 4561, 4490, 4416, 4341, 4264, 4184, 4103, 4020, 3935,
    3848, 3759, 3668, 3575, 3481, 3384, 3286, 3186, 3084, 2981, 2875, 2768, 2659, 2549, 2437, 2323, 2207, 2090, 1971,
    1851, 1729, 1605, 1480, 1353, 1224, 1094, 963,  830,  695,  559,  421,  282,  142,  0};

/* The fraction of log2(x), where x is 2^whole or more and less than twice that. */
static uint32_t fraction(uint32_t x, int32_t whole) {
    const uint32_t above = x - ((uint32_t)1 << whole);
    const int32_t linear = (int32_t)(whole < BITS ? above << (BITS - whole) : above >> (whole - BITS));
    const int32_t segment = linear >> SEGMENT_BITS;
    const int32_t low = TKD_LOAD_S16(bend + segment), high = TKD_LOAD_S16(bend + segment + 1);
    const int32_t within = linear - (segment << SEGMENT_BITS);
    return (uint32_t)(linear + low + (((high - low) * within) >> BITS));
}

static uint32_t scaled_log(uint32_t x, uint32_t scale) {
    const int32_t whole = tkd_highest_bit_u32(x) - 1;
    const uint32_t log2 = ((uint32_t)whole << BITS) + fraction(x, whole);
    const uint32_t half = (uint32_t)1 << (BITS - 1);
    const uint32_t natural = (uint32_t)(((uint64_t)LN_2 * log2 + half) >> BITS);
    return (scale * natural + half) >> BITS;
}

void tkd_log_u32(const uint32_t *input, int16_t *output, const tkd_log_u32_params *p) {
    for (int32_t i = 0; i < p->channels; i++) {
        const uint32_t x = input[i] << p->input_shift;
        const uint32_t log = x > 1 ? scaled_log(x, (uint32_t)p->scale) : 0;
        output[i] = (int16_t)(log < INT16_MAX ? log : INT16_MAX);
    }
}
