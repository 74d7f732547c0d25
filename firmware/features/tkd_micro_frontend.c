#include "tkd_micro_frontend.h"

#include <string.h>

#include "tkd_flash.h"

#define LEVELS 255 /* steps between the 256 values of an int8 */

void tkd_micro_frontend_start(const tkd_micro_frontend *p, uint32_t *noise) {
    memset(noise, 0, (size_t)(p->noise.channels * (int32_t)sizeof *noise));
}

void tkd_micro_frontend_frame(const tkd_micro_frontend *p, const int16_t *samples, uint32_t *noise, void *work,
                              int16_t *features) {
    void *a = work, *b = (uint8_t *)work + p->part_bytes, *c = (uint8_t *)b + p->part_bytes;
    int32_t scale_bits;
    tkd_window_s16(samples, (int16_t *)a, &p->window);
    tkd_fft_auto_scale_s16((int16_t *)a, (int16_t *)a, &scale_bits, &p->scale);
    tkd_rfft_s16((int16_t *)a, (int16_t *)b, &p->fft, c);
    tkd_energy_s16((int16_t *)b, (uint32_t *)a, &p->energy);
    tkd_filter_bank_u32((uint32_t *)a, b, &p->filter_bank);
    tkd_square_root_u64(b, &scale_bits, (uint32_t *)c, &p->root);
    tkd_spectral_subtraction_u32((uint32_t *)c, (uint32_t *)c, (uint32_t *)a, noise, &p->noise);
    tkd_pcan_u32((uint32_t *)c, (uint32_t *)a, (uint32_t *)c, &p->gain);
    tkd_log_u32((uint32_t *)c, features, &p->log);
}

int8_t tkd_micro_frontend_level(const tkd_micro_frontend *p, int16_t feature) {
    int32_t reached = 0, end = LEVELS;
    while (reached < end) {
        const int32_t middle = (reached + end) / 2;
        if (TKD_LOAD_S16(p->levels + middle) <= feature) {
            reached = middle + 1;
        } else {
            end = middle;
        }
    }
    return (int8_t)(reached + INT8_MIN);
}

void tkd_micro_frontend_input(const tkd_micro_frontend *p, const int16_t *samples, uint32_t *noise, void *work,
                              int8_t *input) {
    int16_t *features = (int16_t *)((uint8_t *)work + p->part_bytes); /* no longer used where they are written */
    tkd_micro_frontend_frame(p, samples, noise, work, features);
    for (int32_t i = 0; i < p->log.channels; i++) {
        input[i] = tkd_micro_frontend_level(p, features[i]);
    }
}

void tkd_micro_frontend_sound(const tkd_micro_frontend *p, const int16_t *samples, uint32_t *noise, void *work,
                              int8_t *input) {
    tkd_micro_frontend_start(p, noise);
    for (int32_t i = 0; i < p->frames; i++) {
        tkd_micro_frontend_input(p, samples, noise, work, input);
        samples += p->hop;
        input += p->log.channels;
    }
}
