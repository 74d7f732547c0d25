#include "tkd_spectral_subtraction_u32.h"

#include "tkd_integers.h"

/* Moves the estimate on by one frame. */
static uint32_t smoothed(uint32_t estimate, uint32_t signal, int32_t odd,
                         const tkd_spectral_subtraction_u32_params *p) {
    const uint64_t sum = (uint64_t)signal * p->smoothing[odd] + (uint64_t)estimate * p->one_minus_smoothing[odd];
    return (uint32_t)(sum >> p->bits);
}

void tkd_spectral_subtraction_u32(const uint32_t *input, uint32_t *output, uint32_t *noise, void *estimate,
                                  const tkd_spectral_subtraction_u32_params *p) {
    uint32_t *kept = (uint32_t *)estimate;
    for (int32_t i = 0; i < p->channels; i++) {
        const uint32_t signal = input[i] << p->smoothing_bits;
        uint32_t taken = smoothed(kept[i], signal, i & 1, p);
        kept[i] = taken;
        if (taken > signal) {
            taken = signal;
            kept[i] = p->clamps ? signal : kept[i];
        }
        const uint32_t least = (uint32_t)(((uint64_t)input[i] * p->least_signal) >> p->bits);
        const uint32_t rest = (signal - taken) >> p->smoothing_bits;
        output[i] = rest > least ? rest : least;
        noise[i] = kept[i];
    }
}
