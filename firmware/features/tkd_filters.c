#include "tkd_filters.h"

#include <stddef.h>

#include "tkd_quantize.h"

#define MOST ((INT32_C(1) << 29) - 1) /* of a value: five products with coefficients below 2^30 fit 64 bits */

static int32_t held(int64_t x) { return (int32_t)(x > MOST ? MOST : (x < -MOST ? -MOST : x)); }

static int32_t run(const tkd_biquad *f, tkd_biquad_state *s, int32_t begins, int32_t x) {
    if (begins) {
        s->x[0] = s->x[1] = x;
        s->y[0] = s->y[1] = f->gain != 0 ? x : 0;
    }
    int64_t sum = (int64_t)f->b[0] * x + (int64_t)f->b[1] * s->x[0] + (int64_t)f->b[2] * s->x[1];
    sum -= (int64_t)f->a[0] * s->y[0] + (int64_t)f->a[1] * s->y[1];
    const int32_t y = held((sum + (INT64_C(1) << (TKD_BIQUAD_BITS - 1))) >> TKD_BIQUAD_BITS);
    s->x[1] = s->x[0];
    s->x[0] = x;
    s->y[1] = s->y[0];
    s->y[0] = y;
    return y;
}

/* The largest whole number whose square is no more than x. */
static uint32_t root(uint64_t x) {
    uint64_t found = 0;
    for (uint64_t bit = UINT64_C(1) << 62; bit != 0; bit >>= 2) {
        const uint64_t tried = found + bit;
        found >>= 1;
        if (x >= tried) {
            x -= tried;
            found += bit;
        }
    }
    return (uint32_t)found;
}

static void count(const tkd_filters *p, const float *measured, int32_t *row) {
    for (uint8_t c = 0; c < p->width; ++c) {
        row[c] = c < p->channels ? (int32_t)tkd_quantize_s16(measured[c], p->steps[c], 0) *
                                       (INT32_C(1) << TKD_FILTERS_FRACTION_BITS)
                                 : 0;
    }
}

static void remove_gravity(const tkd_filters *p, int32_t begins, tkd_biquad_state *states, int32_t *row) {
    for (uint8_t i = 0; i < p->gravity_count; ++i) {
        const uint8_t c = p->gravity_channels[i];
        row[c] = held((int64_t)row[c] - run(p->gravity, states + c, begins, row[c]));
    }
}

static void filter(const tkd_filters *p, const tkd_biquad *f, int32_t begins, tkd_biquad_state *states, int32_t *row) {
    for (uint8_t c = 0; c < p->channels; ++c) {
        row[c] = run(f, states + c, begins, row[c]);
    }
}

static void take_magnitude(const tkd_filters *p, int32_t *row) {
    const uint8_t triples = (uint8_t)(p->channels / 3u), start = p->magnitude == 1 ? p->channels : 0;
    for (uint8_t i = 0; i < triples; ++i) {
        uint64_t sum = 0;
        for (uint8_t c = 0; c < 3; ++c) {
            const int32_t x = row[(size_t)i * 3u + c];
            sum += (uint64_t)((int64_t)x * x);
        }
        row[(size_t)start + i] = held((int64_t)root(sum));
    }
    for (uint8_t c = (uint8_t)(start + triples); c < p->width; ++c) {
        row[c] = 0;
    }
}

void tkd_filters_step(const tkd_filters *p, int32_t step, const float *measured, int32_t begins,
                      tkd_biquad_state *states, int32_t *row) {
    const size_t each = p->channels;
    switch (step) {
    case TKD_FILTERS_COUNT:
        count(p, measured, row);
        return;
    case TKD_FILTERS_GRAVITY:
        if (p->gravity != NULL) {
            remove_gravity(p, begins, states, row);
        }
        return;
    case TKD_FILTERS_HIGH_PASS:
        if (p->high_pass != NULL) {
            filter(p, p->high_pass, begins, states + each, row);
        }
        return;
    case TKD_FILTERS_LOW_PASS:
        if (p->low_pass != NULL) {
            filter(p, p->low_pass, begins, states + 2u * each, row);
        }
        return;
    default:
        if (p->magnitude != 0) {
            take_magnitude(p, row);
        }
        return;
    }
}

void tkd_filters_row(const tkd_filters *p, const float *measured, int32_t begins, tkd_biquad_state *states,
                     int32_t *row) {
    for (int32_t step = 0; step < TKD_FILTERS_STEPS; ++step) {
        tkd_filters_step(p, step, measured, begins, states, row);
    }
}

void tkd_filters_window_step(const tkd_filters *p, int32_t step, const float *measured, int32_t rows,
                             tkd_biquad_state *states, int32_t *values) {
    for (int32_t i = 0; i < rows; ++i) {
        tkd_filters_step(p, step, measured + i * (int32_t)p->channels, i == 0, states, values + i * (int32_t)p->width);
    }
}

int16_t tkd_filters_signal(int32_t value) {
    const int32_t whole = (value + (INT32_C(1) << (TKD_FILTERS_FRACTION_BITS - 1))) >> TKD_FILTERS_FRACTION_BITS;
    return (int16_t)(whole > INT16_MAX ? INT16_MAX : (whole < INT16_MIN ? INT16_MIN : whole));
}
