/*
 * Filters of a sensor's values, in integers, equal to tinykd/data/features/sensor_features.py in every byte.
 *
 * A row is one value of each channel. Measured values become counts of 16 bits with 12 bits of fraction; then, each
 * only where the model wants it: gravity removed (what a low-pass leaves is taken off), a high-pass, a low-pass, the
 * magnitude of each three channels. Constants are in the generated NAME_features.h.
 */
#ifndef TKD_FILTERS_H
#define TKD_FILTERS_H

#include <stdint.h>

#define TKD_FILTERS_VERSION 1 /* of these structs and of what the functions compute */
#define TKD_FILTERS_FRACTION_BITS 12
#define TKD_BIQUAD_BITS 29

#ifdef __cplusplus
extern "C" {
#endif

/* y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y'', coefficients in units of 2^-29. */
typedef struct tkd_biquad {
    int32_t b[3], a[2];
    int32_t gain; /* [in] of a constant: 1 or 0 */
} tkd_biquad;

typedef struct tkd_biquad_state {
    int32_t x[2], y[2]; /* the last one, and the one before */
} tkd_biquad_state;

typedef enum tkd_filters_step_name {
    TKD_FILTERS_COUNT = 0, /* measured values to counts with their fraction */
    TKD_FILTERS_GRAVITY = 1,
    TKD_FILTERS_HIGH_PASS = 2,
    TKD_FILTERS_LOW_PASS = 3,
    TKD_FILTERS_MAGNITUDE = 4,
    TKD_FILTERS_STEPS = 5
} tkd_filters_step_name;

#define TKD_FILTERS_STATES(channels) (3 * (channels)) /* of the three filters, each channel by itself */

typedef struct tkd_filters {
    const float *steps;                               /* [in] [channels] one count of each, in its unit */
    const tkd_biquad *gravity, *high_pass, *low_pass; /* [in] NULL: no such filter */
    const uint8_t *gravity_channels;                  /* [in] [gravity_count] */
    uint8_t gravity_count;
    uint8_t channels;  /* [in] as measured */
    uint8_t width;     /* [in] values of a row: the channels, or what magnitudes make of them, whichever is more */
    uint8_t magnitude; /* [in] 0: none; 1: behind the channels; 2: in their place */
} tkd_filters;

/*
 * One step of one row, after those before it.
 * [in]     measured  [channels], for TKD_FILTERS_COUNT alone
 * [in,out] states    [TKD_FILTERS_STATES(channels)], overwritten where `begins`
 * [in,out] row       [width], within 2^29 of 0
 */
void tkd_filters_step(const tkd_filters *p, int32_t step, const float *measured, int32_t begins,
                      tkd_biquad_state *states, int32_t *row);

/* All steps of one row. `begins`: it is the first of its recording. */
void tkd_filters_row(const tkd_filters *p, const float *measured, int32_t begins, tkd_biquad_state *states,
                     int32_t *row);

/* One step of a whole window: measured [rows][channels], values [rows][width]. */
void tkd_filters_window_step(const tkd_filters *p, int32_t step, const float *measured, int32_t rows,
                             tkd_biquad_state *states, int32_t *values);

/* A value without its fraction, to the nearest. */
int16_t tkd_filters_signal(int32_t value);

#ifdef __cplusplus
}
#endif
#endif
