#include "tkd_frames_s16.h"
#include "tkd_samples_s16.h"

void tkd_delay_s16(const int16_t *input, int16_t *output, void *kept, const tkd_delay_s16_params *p) {
    int16_t *samples = (int16_t *)kept;
    const int32_t old = p->size < p->length ? p->size : p->length; /* samples that come out of what is kept */
    for (int32_t row = 0; row < p->rows; row++) {
        tkd_move_samples(output, samples, old);
        tkd_move_samples(output + old, input, p->size - old);
        tkd_move_samples(samples, samples + old, p->length - old);
        tkd_move_samples(samples + p->length - old, input + p->size - old, old);
        input += p->size;
        output += p->size;
        samples += p->length;
    }
}
