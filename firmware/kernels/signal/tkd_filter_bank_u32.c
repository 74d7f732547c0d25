#include "tkd_filter_bank_u32.h"

#include <string.h>

#include "tkd_flash.h"
#include "tkd_integers.h"

#if defined(__ARM_ARCH_6M__) || defined(__AVR__)

/* A signed weight times an energy, modulo 2^64, of two products of 16 bits: these cores have no longer ones. */
static uint64_t product(int16_t weight, uint32_t energy) {
    const uint32_t low = (uint16_t)weight * (energy & UINT32_C(0xffff));
    const uint32_t high = (uint16_t)weight * (energy >> 16) + (low >> 16);
    const uint64_t found = ((uint64_t)high << 16) | (low & UINT32_C(0xffff));
    return weight < 0 ? found - ((uint64_t)energy << 16) : found;
}

#else

/* A signed weight times an energy, modulo 2^64: unsigned, less what its sign would have been worth. */
static uint64_t product(int16_t weight, uint32_t energy) {
    const uint32_t bits = (uint32_t)(int32_t)weight;
    return (uint64_t)bits * energy - ((uint64_t)(energy & (uint32_t)((int32_t)weight >> 16)) << 32);
}

#endif

void tkd_filter_bank_u32(const uint32_t *energy, void *channels, const tkd_filter_bank_u32_params *p) {
    uint8_t *to = (uint8_t *)channels;
    uint64_t own = 0;
    for (int32_t i = 0; i <= p->channels; i++) {
        const uint32_t *bins = energy + TKD_LOAD_S16(p->bin_starts + i);
        const int16_t first = TKD_LOAD_S16(p->weight_starts + i);
        const int16_t width = TKD_LOAD_S16(p->widths + i);
        const int16_t *const weights = p->weights + first, *const unweights = p->unweights + first;
        uint64_t next = 0;
        for (int32_t j = 0; j < width; j++) {
            own += product(TKD_LOAD_S16(weights + j), bins[j]);
            next += product(TKD_LOAD_S16(unweights + j), bins[j]);
        }
        if (i > 0) { /* the first only gives to the second */
            memcpy(to, &own, sizeof own);
            to += sizeof own;
        }
        own = next;
    }
}
