/* What goes before and after tkd_dsp_gemm: widening input bytes into pixels, storing one to three of them. */
#ifndef TKD_DSP_PIXELS_H
#define TKD_DSP_PIXELS_H

#include <stdint.h>

#include "tkd_dsp.h"
#include "tkd_dsp_add.h"
#include "tkd_dsp_gemm.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Widens 4 * fours bytes into one pixel of the layout of tkd_dsp_gemm.h. Returns where the pixel goes on.
 * Per 4 bytes: 1 LDR, 2 SXTB16, 2 STR, and a quarter of 4 for the loop.
 */
static inline uint32_t *tkd_dsp_widen(const int8_t *from, uint32_t *to, int32_t fours) {
    uint32_t x;
    for (; fours >= 4; fours -= 4) {
        for (int i = 0; i < 4; i++) {
            x = tkd_load4(from + 4 * i);
            to[i * 2 * TKD_DSP_PIXELS] = tkd_sxtb16(x);
            to[(i * 2 + 1) * TKD_DSP_PIXELS] = tkd_sxtb16_odd(x);
        }
        from += 16;
        to += 8 * TKD_DSP_PIXELS;
    }
    for (; fours > 0; fours--) {
        x = tkd_load4(from);
        to[0] = tkd_sxtb16(x);
        to[TKD_DSP_PIXELS] = tkd_sxtb16_odd(x);
        from += 4;
        to += 2 * TKD_DSP_PIXELS;
    }
    return to;
}

/* Clamps to [low, high] what was clamped to int8. */
void tkd_dsp_clamp(int8_t *y, int32_t count, int32_t low, int32_t high);

/* Weights, and how their sums become output bytes. */
typedef struct tkd_dsp_filters {
    const int32_t *weights; /* the stream of tkd_dsp_gemm.h */
    uint16_t channels;
    uint16_t words; /* per pixel and channel: values of k, rounded up to a multiple of 4, / 2 */
    int16_t round;  /* 2 * output zero point + 1 */
    int8_t min, max;
} tkd_dsp_filters;

/* Scratch of the two functions below: pixels, and where there is a residual ADD the sums' bytes of three pixels. */
#define TKD_DSP_TILE_BYTES(words) ((words)*4u * TKD_DSP_PIXELS)

/* All channels of `count` (1..3) pixels that were widened to `pixels`. */
void tkd_dsp_pixels(const uint32_t *pixels, int8_t *output, int32_t count, const tkd_dsp_filters *f);

/* The same, then the residual ADD of addend; addend may be output. `result` holds 3 * channels bytes. */
void tkd_dsp_pixels_add(const uint32_t *pixels, const int8_t *addend, int8_t *output, int32_t count,
                        const tkd_dsp_filters *f, const tkd_dsp_add_scale *add, int8_t *result);

#ifdef __cplusplus
}
#endif
#endif
