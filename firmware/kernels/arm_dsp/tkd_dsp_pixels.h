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

#define TKD_DSP_FOUR (2 * TKD_DSP_PIXELS) /* from four values of a pixel to its next four, in words */

/*
 * Widens 4 * fours bytes (>= 0) into one pixel of the layout of tkd_dsp_gemm.h, which goes on fours * TKD_DSP_FOUR
 * words later. Per 16 bytes: 4 LDR, 8 SXTB16, 8 STR, 1 SUB, 1 branch.
 */
uint32_t *tkd_dsp_widen(const int8_t *from, uint32_t *to, int32_t fours);

/* Weights, and how their sums become output bytes. */
typedef struct tkd_dsp_filters {
    const int32_t *weights; /* the stream of tkd_dsp_gemm.h */
    uint16_t channels;
    uint16_t words; /* per pixel and channel: values of k, rounded up to a multiple of 4, / 2 */
    int16_t round;  /* 2 * output zero point + 1 */
    int8_t min, max;
} tkd_dsp_filters;

/* All channels of `count` (1..3) pixels that were widened to `pixels`. */
void tkd_dsp_pixels(const uint32_t *pixels, int8_t *output, int32_t count, const tkd_dsp_filters *f);

/* The same, then the residual ADD of addend; addend may be output. `result` holds 3 * channels bytes. */
void tkd_dsp_pixels_add(const uint32_t *pixels, const int8_t *addend, int8_t *output, int32_t count,
                        const tkd_dsp_filters *f, const tkd_dsp_add_scale *add, int8_t *result);

#ifdef __cplusplus
}
#endif
#endif
