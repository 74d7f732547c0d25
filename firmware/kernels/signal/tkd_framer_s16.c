#include "tkd_frames_s16.h"
#include "tkd_samples_s16.h"

/* Takes one step of input. Returns 1 and the oldest size samples once there are as many. */
static int32_t step(const int16_t *input, int16_t *output, int16_t *kept, int32_t *count,
                    const tkd_framer_s16_params *p) {
    tkd_move_samples(kept + *count, input, p->step);
    *count += p->step;
    if (*count < p->size) {
        tkd_clear_samples(output, p->size);
        return 0;
    }
    tkd_move_samples(output, kept, p->size);
    *count -= p->step;
    tkd_move_samples(kept, kept + p->step, *count);
    return 1;
}

void tkd_framer_s16(const int16_t *input, int16_t *output, uint8_t *valid, void *kept, void *counts,
                    const tkd_framer_s16_params *p) {
    int16_t *samples = (int16_t *)kept;
    int32_t *count = (int32_t *)counts;
    int32_t whole = 1;
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t frame = 0; frame < p->frames; frame++) {
            whole &= step(input, output, samples, count, p);
            input += p->step;
            output += p->size;
        }
        samples += p->capacity;
        count++;
    }
    *valid = (uint8_t)whole;
}
