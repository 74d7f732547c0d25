#include "tkd_filter_bank_u32.h"

#include <string.h>

#include "tkd_flash.h"
#include "tkd_integers.h"

/* A signed weight times an energy, modulo 2^64. */
static uint64_t product(int16_t weight, uint32_t energy) { return (uint64_t)((int64_t)weight * (int64_t)energy); }

void tkd_filter_bank_u32(const uint32_t *energy, void *channels, const tkd_filter_bank_u32_params *p) {
    uint8_t *to = (uint8_t *)channels;
    uint64_t own = 0;
    for (int32_t i = 0; i <= p->channels; i++) {
        const uint32_t *bins = energy + TKD_LOAD_S16(p->bin_starts + i);
        const int16_t first = TKD_LOAD_S16(p->weight_starts + i);
        const int16_t width = TKD_LOAD_S16(p->widths + i);
        uint64_t next = 0;
        for (int32_t j = 0; j < width; j++) {
            own += product(TKD_LOAD_S16(p->weights + first + j), bins[j]);
            next += product(TKD_LOAD_S16(p->unweights + first + j), bins[j]);
        }
        if (i > 0) { /* the first only gives to the second */
            memcpy(to, &own, sizeof own);
            to += sizeof own;
        }
        own = next;
    }
}
