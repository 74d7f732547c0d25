#include "tkd_energy_s16.h"

#include <string.h>

#include "tkd_lanes.h"

#if TKD_LANES

static uint32_t energy_of(const int16_t *bin) {
    const uint32_t both = tkd_lanes_load(bin);
    return tkd_lanes_squares(both, both);
}

#else

static uint32_t square(int16_t x) { return (uint32_t)((int32_t)x * x); }

static uint32_t energy_of(const int16_t *bin) { return square(bin[0]) + square(bin[1]); }

#endif

void tkd_energy_s16(const int16_t *spectrum, uint32_t *energy, const tkd_energy_s16_params *p) {
    memset(energy, 0, (size_t)((uint32_t)p->start * sizeof *energy));
    for (int32_t i = p->start; i < p->stop; i++) {
        energy[i] = energy_of(spectrum + 2 * i);
    }
    memset(energy + p->stop, 0, (size_t)((uint32_t)(p->bins - p->stop) * sizeof *energy));
}
