#include "tkd_cast.h"

#include "tkd_integers.h"

/* Element i as 32 bits, the sign of narrow ones extended. */
static uint32_t loaded(const void *input, int32_t i, const tkd_cast_params *p) {
    if (p->from == 4) {
        return ((const uint32_t *)input)[i];
    }
    if (p->from == 2) {
        return (uint32_t)(int32_t)((const int16_t *)input)[i];
    }
    return p->is_signed ? (uint32_t)(int32_t)((const int8_t *)input)[i] : ((const uint8_t *)input)[i];
}

void tkd_cast(const void *input, void *output, const tkd_cast_params *p) {
    for (int32_t i = 0; i < p->count; i++) {
        const uint32_t value = loaded(input, i, p);
        if (p->to == 4) {
            ((uint32_t *)output)[i] = value;
        } else if (p->to == 2) {
            ((uint16_t *)output)[i] = (uint16_t)value;
        } else {
            ((uint8_t *)output)[i] = (uint8_t)value;
        }
    }
}
