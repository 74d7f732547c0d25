/*
 * Log-mel features of one frame of sound, as tinykd/data/features/log_mel.py defines them, in float32 and equal to it
 * in every byte.
 *
 *   P[k] = |DFT(w x)[k]|^2 / sum(w^2),  feature[b] = ln(sum_k weight[b][k] P[k] + offset)
 *   input = (feature - mean) / deviation
 *
 * Constants and tables are in the generated NAME_features.h. Keep the last `frame` samples, and call
 * tkd_log_mel_frame() every `hop` of them.
 */
#ifndef TKD_LOG_MEL_H
#define TKD_LOG_MEL_H

#include <stdint.h>

#include "tkd_float.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    uint32_t frame, hop, fft, bands, frames; /* samples, samples, a power of two, per frame, per sound */
    const float *window;                     /* [frame] */
    const float *turns;                      /* [fft]: cos and -sin of 2 pi k / fft, k < fft / 2 */
    const uint16_t *first, *count;           /* [bands]: which of the powers a band sums */
    const float *weights;                    /* the bands' one after another */
    float power_scale;                       /* 1 / sum(w^2) */
    float offset, mean, deviation;
} tkd_log_mel;

/* The steps of one frame, in order; work is [2 * fft]: real and imaginary parts. */
typedef enum tkd_log_mel_step_name {
    TKD_LOG_MEL_WINDOW = 0, /* [fft][2] in work */
    TKD_LOG_MEL_FFT = 1,    /* [fft][2] in work */
    TKD_LOG_MEL_BANDS = 2,  /* [bands] in input: energies and the offset */
    TKD_LOG_MEL_LOG = 3,    /* [bands] in input */
    TKD_LOG_MEL_STEPS = 4   /* [bands] in input, normalised, by tkd_log_mel_normalised() */
} tkd_log_mel_step_name;

static inline void tkd_log_mel_windowed(const tkd_log_mel *p, const int16_t *samples, float *work) {
    for (uint32_t i = 0; i < p->fft; ++i) {
        work[2 * i] = i < p->frame ? tkd_product((float)samples[i] / 32768.0f, p->window[i]) : 0.0f;
        work[2 * i + 1] = 0.0f;
    }
}

/* Samples in an order in which the DFT can work in place. */
static inline void tkd_log_mel_reorder(float *z, uint32_t fft) {
    uint32_t j = 0;
    for (uint32_t i = 1; i < fft; ++i) {
        uint32_t bit = fft >> 1;
        for (; (j & bit) != 0u; bit >>= 1) {
            j ^= bit;
        }
        j ^= bit;
        if (i < j) {
            const float re = z[2 * i], im = z[2 * i + 1];
            z[2 * i] = z[2 * j];
            z[2 * i + 1] = z[2 * j + 1];
            z[2 * j] = re;
            z[2 * j + 1] = im;
        }
    }
}

/* The DFT in place, radix 2, decimation in time. */
static inline void tkd_log_mel_dft(float *z, const float *turns, uint32_t fft) {
    tkd_log_mel_reorder(z, fft);
    for (uint32_t half = 1; half < fft; half *= 2) {
        const uint32_t step = fft / (2 * half);
        for (uint32_t start = 0; start < fft; start += 2 * half) {
            for (uint32_t k = 0; k < half; ++k) {
                float *const a = z + 2 * (start + k);
                float *const b = a + 2 * half;
                const float c = turns[2 * k * step], s = turns[2 * k * step + 1];
                const float re = tkd_product(b[0], c) - tkd_product(b[1], s);
                const float im = tkd_product(b[0], s) + tkd_product(b[1], c);
                b[0] = a[0] - re;
                b[1] = a[1] - im;
                a[0] += re;
                a[1] += im;
            }
        }
    }
}

static inline void tkd_log_mel_bands(const tkd_log_mel *p, const float *work, float *bands) {
    const float *weight = p->weights;
    for (uint32_t b = 0; b < p->bands; ++b) {
        float energy = 0.0f;
        for (uint32_t i = 0; i < p->count[b]; ++i) {
            const float *const z = work + 2 * (uint32_t)(p->first[b] + i);
            energy += tkd_product(*weight++, tkd_product(z[0], z[0]) + tkd_product(z[1], z[1]));
        }
        bands[b] = tkd_product(energy, p->power_scale) + p->offset;
    }
}

/* One step of a frame, after those before it. */
static inline void tkd_log_mel_step(const tkd_log_mel *p, uint32_t step, const int16_t *samples, float *work,
                                    float *input) {
    switch (step) {
    case TKD_LOG_MEL_WINDOW:
        tkd_log_mel_windowed(p, samples, work);
        return;
    case TKD_LOG_MEL_FFT:
        tkd_log_mel_dft(work, p->turns, p->fft);
        return;
    case TKD_LOG_MEL_BANDS:
        tkd_log_mel_bands(p, work, input);
        return;
    default:
        for (uint32_t b = 0; b < p->bands; ++b) {
            input[b] = tkd_log(input[b]);
        }
        return;
    }
}

/* A feature as the model takes it, not yet quantized. */
static inline float tkd_log_mel_normalised(const tkd_log_mel *p, float feature) {
    return (feature - p->mean) / p->deviation;
}

/*
 * One frame: samples [frame] of 16 bits to input [bands], not yet quantized. work [2 * fft] is overwritten.
 */
static inline void tkd_log_mel_frame(const tkd_log_mel *p, const int16_t *samples, float *work, float *input) {
    for (uint32_t step = 0; step < TKD_LOG_MEL_STEPS; ++step) {
        tkd_log_mel_step(p, step, samples, work, input);
    }
    for (uint32_t b = 0; b < p->bands; ++b) {
        input[b] = tkd_log_mel_normalised(p, input[b]);
    }
}

#ifdef __cplusplus
}
#endif
#endif
