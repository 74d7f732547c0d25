/*
 * Features of sound on an emulated core: RUNS frames of a sound that the host repeats, each with the model's input and
 * its ticks. MICRO_FRONTEND or LOG_MEL says which.
 */
#include <stdint.h>

#include "put.h"
#include "sound_features.h"

#define SAMPLES (SOUND_FRAME + (RUNS - 1) * SOUND_HOP)

int main(void);
uint32_t test_ticks(void);

static int16_t sound[SAMPLES];
static int8_t input[SOUND_BANDS];

static void fill_sound(void) {
    uint32_t state = 1;
    for (int32_t i = 0; i < (int32_t)SAMPLES; i++) {
        state = state * 1664525u + 1013904223u;
        sound[i] = (int16_t)((int32_t)(state >> 20) - 2048 + (i % 40 - 20) * 300);
    }
}

#if defined(MICRO_FRONTEND)

static uint32_t noise[SOUND_BANDS], work[(SOUND_WORK_BYTES + 3) / 4];

static void start(void) { tkd_micro_frontend_start(&sound_micro_frontend, noise); }

static void frame(const int16_t *samples) {
    tkd_micro_frontend_input(&sound_micro_frontend, samples, noise, work, input);
}

#elif defined(LOG_MEL)

static float work[2 * SOUND_FFT], bands[SOUND_BANDS];

static void start(void) {}

static void frame(const int16_t *samples) {
    tkd_log_mel_frame(&sound_log_mel, samples, work, bands);
    for (uint32_t i = 0; i < SOUND_BANDS; i++) {
        input[i] = sound_quantize(bands[i]);
    }
}

#else
#error "define MICRO_FRONTEND or LOG_MEL"
#endif

int main(void) {
    fill_sound();
    start();
    for (uint32_t i = 0; i < RUNS; i++) {
        const uint32_t before = test_ticks();
        frame(sound + i * SOUND_HOP);
        put((test_ticks() - before) & 0xffffffu, 8);
        test_write(" ");
        for (uint32_t b = 0; b < SOUND_BANDS; b++) {
            put((uint8_t)input[b], 2);
        }
        test_write("\n");
    }
    return 0;
}
