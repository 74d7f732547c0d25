/*
 * SignalEnergy: the squared magnitude of a spectrum. Equals SpectrumToEnergy in signal/src/energy.cc.
 */
#ifndef TKD_ENERGY_S16_H
#define TKD_ENERGY_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_energy_s16_params {
    int32_t bins;        /* [in] of the spectrum, at least 1 */
    int32_t start, stop; /* [in] bins that are computed, 0 <= start <= stop <= bins */
} tkd_energy_s16_params;

/*
 * [in]  spectrum  [bins][2], real and imaginary part, any int16, aligned to 2 bytes
 * [out] energy    [bins], 0 to 2^31; 0 outside of start..stop, where TFLM writes nothing; aligned to 4 bytes
 * [in]  p         constants
 */
void tkd_energy_s16(const int16_t *spectrum, uint32_t *energy, const tkd_energy_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
