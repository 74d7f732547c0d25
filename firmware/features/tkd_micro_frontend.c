#include "tkd_micro_frontend.h"

#include <string.h>

#include "tkd_flash.h"

void tkd_micro_frontend_start(const tkd_micro_frontend *p, uint32_t *noise) {
    memset(noise, 0, (size_t)(p->noise.channels * (int32_t)sizeof *noise));
}

/* Energies with 16 bits of fraction, and the offset in the scale of this frame. */
static void add_offset(const tkd_micro_frontend *p, void *bands, int32_t scale_bits) {
    const uint64_t offset = (uint64_t)p->offset << (2 * scale_bits);
    for (int32_t i = 0; i < p->log.channels; i++) {
        uint8_t *at = (uint8_t *)bands + i * (int32_t)sizeof(uint64_t);
        uint64_t energy;
        memcpy(&energy, at, sizeof energy);
        energy = (energy << 16) + offset;
        memcpy(at, &energy, sizeof energy);
    }
}

/* A step before the logarithm. */
static void spectrum(const tkd_micro_frontend *p, int32_t step, const int16_t *samples, uint32_t *noise, void *work) {
    void *a = work, *b = (uint8_t *)work + p->part_bytes, *c = (uint8_t *)b + p->part_bytes;
    int32_t *scale_bits = (int32_t *)(void *)((uint8_t *)c + p->part_bytes);
    switch (step) {
    case TKD_MICRO_FRONTEND_WINDOW:
        tkd_window_s16(samples, (int16_t *)a, &p->window);
        return;
    case TKD_MICRO_FRONTEND_SCALE:
        tkd_fft_auto_scale_s16((int16_t *)a, (int16_t *)a, scale_bits, &p->scale);
        return;
    case TKD_MICRO_FRONTEND_FFT:
        tkd_rfft_s16((int16_t *)a, (int16_t *)b, &p->fft, c);
        return;
    case TKD_MICRO_FRONTEND_ENERGY:
        tkd_energy_s16((int16_t *)b, (uint32_t *)a, &p->energy);
        return;
    case TKD_MICRO_FRONTEND_BANDS:
        tkd_filter_bank_u32((uint32_t *)a, b, &p->filter_bank);
        if (p->is_plain) {
            add_offset(p, b, *scale_bits);
        }
        return;
    case TKD_MICRO_FRONTEND_ROOT:
        tkd_square_root_u64(b, scale_bits, (uint32_t *)c, &p->root);
        return;
    case TKD_MICRO_FRONTEND_NOISE:
        if (p->is_plain) {
            return;
        }
        tkd_spectral_subtraction_u32((uint32_t *)c, (uint32_t *)c, (uint32_t *)a, noise, &p->noise);
        return;
    default:
        if (p->is_plain) {
            return;
        }
        tkd_pcan_u32((uint32_t *)c, (uint32_t *)a, (uint32_t *)c, &p->gain);
        return;
    }
}

void tkd_micro_frontend_frame(const tkd_micro_frontend *p, const int16_t *samples, uint32_t *noise, void *work,
                              int16_t *features) {
    for (int32_t step = 0; step < TKD_MICRO_FRONTEND_LOG; step++) {
        spectrum(p, step, samples, noise, work);
    }
    tkd_log_u32((uint32_t *)(void *)((uint8_t *)work + 2 * p->part_bytes), features, &p->log);
}

/* How many of the 255 levels a feature has reached: a bit at a time, the highest first. */
static int32_t reached(const int16_t *levels, int16_t feature) {
    int32_t found = 0;
#define HALF(step) found += TKD_LOAD_S16(levels + (found + (step)-1)) <= feature ? (step) : 0
    HALF(128);
    HALF(64);
    HALF(32);
    HALF(16);
    HALF(8);
    HALF(4);
    HALF(2);
    HALF(1);
#undef HALF
    return found;
}

int8_t tkd_micro_frontend_level(const tkd_micro_frontend *p, int16_t feature) {
    return (int8_t)(reached(p->levels, feature) + INT8_MIN);
}

/* The features where they are written in place: no longer used then. */
static int16_t *features_in(const tkd_micro_frontend *p, void *work) {
    return (int16_t *)(void *)((uint8_t *)work + p->part_bytes);
}

static void quantize(const tkd_micro_frontend *p, const int16_t *features, int8_t *input) {
    const int16_t *const levels = p->levels;
    const int32_t count = p->log.channels;
    for (int32_t i = 0; i < count; i++) {
        input[i] = (int8_t)(reached(levels, features[i]) + INT8_MIN);
    }
}

void tkd_micro_frontend_step(const tkd_micro_frontend *p, int32_t step, const int16_t *samples, uint32_t *noise,
                             void *work, int8_t *input) {
    switch (step) {
    case TKD_MICRO_FRONTEND_LOG:
        tkd_log_u32((uint32_t *)(void *)((uint8_t *)work + 2 * p->part_bytes), features_in(p, work), &p->log);
        return;
    case TKD_MICRO_FRONTEND_QUANTIZE:
        quantize(p, features_in(p, work), input);
        return;
    default:
        spectrum(p, step, samples, noise, work);
        return;
    }
}

void tkd_micro_frontend_input(const tkd_micro_frontend *p, const int16_t *samples, uint32_t *noise, void *work,
                              int8_t *input) {
    for (int32_t step = 0; step < TKD_MICRO_FRONTEND_STEPS; step++) {
        tkd_micro_frontend_step(p, step, samples, noise, work, input);
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
