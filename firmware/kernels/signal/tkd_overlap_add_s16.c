#include "tkd_frames_s16.h"
#include "tkd_math.h"
#include "tkd_samples_s16.h"

static void add(int16_t *sums, const int16_t *input, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        sums[i] = (int16_t)tkd_clamp((int32_t)sums[i] + input[i], INT16_MIN, INT16_MAX);
    }
}

void tkd_overlap_add_s16(const int16_t *input, int16_t *output, void *kept, const tkd_overlap_add_s16_params *p) {
    int16_t *sums = (int16_t *)kept;
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t frame = 0; frame < p->frames; frame++) {
            add(sums, input, p->size);
            tkd_move_samples(output, sums, p->step);
            tkd_move_samples(sums, sums + p->step, p->size - p->step);
            tkd_clear_samples(sums + p->size - p->step, p->step);
            input += p->size;
            output += p->step;
        }
        sums += p->size;
    }
}
