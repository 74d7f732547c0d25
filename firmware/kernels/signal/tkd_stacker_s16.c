#include "tkd_frames_s16.h"
#include "tkd_samples_s16.h"

void tkd_stacker_s16(const int16_t *input, int16_t *output, uint8_t *valid, void *kept, void *counts,
                     const tkd_stacker_s16_params *p) {
    int16_t *samples = (int16_t *)kept;
    int32_t *count = (int32_t *)counts, *started = count + 1;
    for (int32_t copies = *started != 0 ? 1 : p->left + 1; copies > 0; copies--) {
        tkd_move_samples(samples + *count, input, p->channels);
        *count += p->channels;
    }
    *started = 1;
    *valid = (uint8_t)(*count >= p->size);
    if (*valid == 0) {
        tkd_clear_samples(output, p->size);
        return;
    }
    tkd_move_samples(output, samples, p->size);
    *count -= p->step;
    tkd_move_samples(samples, samples + p->step, *count);
}
