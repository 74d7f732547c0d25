#include "tkd_energy_s16.h"

static uint32_t square(int16_t x) { return (uint32_t)((int32_t)x * x); }

void tkd_energy_s16(const int16_t *spectrum, uint32_t *energy, const tkd_energy_s16_params *p) {
    for (int32_t i = 0; i < p->bins; i++) {
        const int16_t *bin = spectrum + 2 * i;
        energy[i] = i >= p->start && i < p->stop ? square(bin[0]) + square(bin[1]) : 0;
    }
}
