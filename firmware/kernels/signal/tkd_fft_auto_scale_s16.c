#include "tkd_fft_auto_scale_s16.h"

#include "tkd_bits.h"
#include "tkd_integers.h"
#include "tkd_lanes.h"

/* As TFLM has it: kept in 16 bits, where -32768 has no opposite and stays what it is. */
static int16_t largest(const int16_t *input, int32_t size) {
    int16_t max = 0;
    for (int32_t i = 0; i < size; i++) {
        if (input[i] > max) {
            max = input[i];
        } else if (-(int32_t)input[i] > max) {
            max = (int16_t) - (int32_t)input[i];
        }
    }
    return max;
}

#if TKD_LANES

#define SIGNS 0x80008000u

/* Has the highest bit of the largest; where a sample is -32768, of which that is not all, goes one by one. */
static uint32_t bits_of_largest(const int16_t *input, int32_t size) {
    uint32_t sizes = 0;
    int32_t i = 0;
    for (; i + 2 <= size; i += 2) {
        sizes |= tkd_lanes_size(tkd_lanes_load(input + i));
    }
    if (i < size) {
        sizes |= tkd_lanes_size((uint16_t)input[i]);
    }
    return (sizes & SIGNS) != 0 ? (uint32_t)(int32_t)largest(input, size) : (sizes | (sizes >> 16)) & 0xffffu;
}

/* Both lanes moved up; what leaves the lower one is cut off. Returns how many samples. */
static int32_t scale_pairs(const int16_t *input, int16_t *output, int32_t size, int32_t bits) {
    int32_t i = 0;
    for (; i + 2 <= size; i += 2) {
        const uint32_t both = tkd_lanes_load(input + i);
        tkd_lanes_store(output + i, tkd_lanes_join(both << bits, (both & 0xffff0000u) << bits));
    }
    return i;
}

#else

static uint32_t bits_of_largest(const int16_t *input, int32_t size) { return (uint32_t)(int32_t)largest(input, size); }

static int32_t scale_pairs(const int16_t *input, int16_t *output, int32_t size, int32_t bits) {
    (void)input;
    (void)output;
    (void)size;
    (void)bits;
    return 0;
}

#endif

void tkd_fft_auto_scale_s16(const int16_t *input, int16_t *output, int32_t *scale_bits,
                            const tkd_fft_auto_scale_s16_params *p) {
    const int32_t spare = 15 - tkd_highest_bit_u32(bits_of_largest(input, p->size));
    *scale_bits = spare > 0 ? spare : 0;
    for (int32_t i = scale_pairs(input, output, p->size, *scale_bits); i < p->size; i++) {
        output[i] = (int16_t)((int32_t)input[i] * ((int32_t)1 << *scale_bits));
    }
}
