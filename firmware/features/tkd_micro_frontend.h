/*
 * The micro frontend: integer log-mel features of 16-bit sound, as wake-word models and TFLM's micro_speech take them.
 * Equals tinykd/data/features/micro_frontend.py in every value, and at 16 kHz pymicro-features. Without its noise and
 * gain (is_plain) it computes the logarithms of the bands' energies alone, as tinykd/data/features/integer_log_mel.py.
 *
 * Of each frame: window, Fourier transform, energies, bands on the mel scale, square roots, what is above the noise,
 * a gain that falls with the noise, logarithm. Constants and tables are in the generated NAME_features.h. Keep the last
 * `frame` samples, and ask every `hop` of them; or give a whole sound at once.
 */
#ifndef TKD_MICRO_FRONTEND_H
#define TKD_MICRO_FRONTEND_H

#include <stdint.h>

#include "tkd_energy_s16.h"
#include "tkd_fft.h"
#include "tkd_fft_auto_scale_s16.h"
#include "tkd_filter_bank_u32.h"
#include "tkd_log_u32.h"
#include "tkd_pcan_u32.h"
#include "tkd_spectral_subtraction_u32.h"
#include "tkd_square_root_u64.h"
#include "tkd_window_s16.h"

#define TKD_MICRO_FRONTEND_VERSION 2 /* of this struct and of what the functions compute */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_micro_frontend {
    tkd_window_s16_params window;
    tkd_fft_auto_scale_s16_params scale;
    tkd_fft_params fft;
    tkd_energy_s16_params energy;
    tkd_filter_bank_u32_params filter_bank;
    tkd_square_root_u64_params root;
    tkd_spectral_subtraction_u32_params noise;
    tkd_pcan_u32_params gain;
    tkd_log_u32_params log;
    const int16_t *levels; /* [in] flash, [255]: the least features that the model takes for -127, -126, ... 127 */
    int32_t hop;           /* [in] samples from one frame to the next */
    int32_t frames;        /* [in] of a whole sound */
    int32_t part_bytes;    /* [in] TKD_MICRO_FRONTEND_PART_BYTES */
    int32_t is_plain;      /* [in] 1: no noise is taken off, and no gain applied; the steps of both do nothing */
    uint32_t offset;       /* [in] of plain ones: added to a band's energy times 2^16, before samples are moved up */
} tkd_micro_frontend;

/* The steps of one frame, in order. */
typedef enum tkd_micro_frontend_step_name {
    TKD_MICRO_FRONTEND_WINDOW = 0,   /* [frame] of int16, in part a of the work memory */
    TKD_MICRO_FRONTEND_SCALE = 1,    /* [frame] of int16, a */
    TKD_MICRO_FRONTEND_FFT = 2,      /* [fft / 2 + 1][2] of int16, b */
    TKD_MICRO_FRONTEND_ENERGY = 3,   /* [fft / 2 + 1] of uint32, a */
    TKD_MICRO_FRONTEND_BANDS = 4,    /* [bands] of uint64, b */
    TKD_MICRO_FRONTEND_ROOT = 5,     /* [bands] of uint32, c */
    TKD_MICRO_FRONTEND_NOISE = 6,    /* [bands] of uint32, c: what is above the noise */
    TKD_MICRO_FRONTEND_GAIN = 7,     /* [bands] of uint32, c */
    TKD_MICRO_FRONTEND_LOG = 8,      /* [bands] of int16, b: the features */
    TKD_MICRO_FRONTEND_QUANTIZE = 9, /* [bands] of int8, in the model's input */
    TKD_MICRO_FRONTEND_STEPS = 10
} tkd_micro_frontend_step_name;

/* Bytes of work memory, in three parts and a count of bits; fft: samples of the transform, a power of two. */
#define TKD_MICRO_FRONTEND_PART_BYTES(fft, bands) (8 * (bands) > 2 * (fft) + 4 ? 8 * (bands) : 2 * (fft) + 4)
#define TKD_MICRO_FRONTEND_WORK_BYTES(fft, bands) (3 * TKD_MICRO_FRONTEND_PART_BYTES(fft, bands) + 4)

/* Before the first frame of a sound: nothing is known of its noise. noise  [out] [bands] */
void tkd_micro_frontend_start(const tkd_micro_frontend *p, uint32_t *noise);

/*
 * One frame.
 * [in]     samples   [frame], any int16
 * [in,out] noise     [bands], the estimate of the noise after the last frame
 * [out]    work      TKD_MICRO_FRONTEND_WORK_BYTES, aligned to 4 bytes
 * [out]    features  [bands], 0 to 1420
 */
void tkd_micro_frontend_frame(const tkd_micro_frontend *p, const int16_t *samples, uint32_t *noise, void *work,
                              int16_t *features);

/* One step of a frame, after those before it; arguments as of tkd_micro_frontend_input(). */
void tkd_micro_frontend_step(const tkd_micro_frontend *p, int32_t step, const int16_t *samples, uint32_t *noise,
                             void *work, int8_t *input);

/* A feature as the model takes it, normalised and quantized. */
int8_t tkd_micro_frontend_level(const tkd_micro_frontend *p, int16_t feature);

/* As tkd_micro_frontend_frame(), for the model: input  [out] [bands] */
void tkd_micro_frontend_input(const tkd_micro_frontend *p, const int16_t *samples, uint32_t *noise, void *work,
                              int8_t *input);

/* A whole sound, from its beginning: samples  [in] of all frames, input  [out] [frames][bands] */
void tkd_micro_frontend_sound(const tkd_micro_frontend *p, const int16_t *samples, uint32_t *noise, void *work,
                              int8_t *input);

#ifdef __cplusplus
}
#endif
#endif
