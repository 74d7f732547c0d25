/*
 * Convolutions on Armv6-M (Cortex-M0, M0+, M1): eight low registers, a 32-bit multiply, no long one, loads of unsigned
 * bytes.
 *
 * Values and weights are shifted to unsigned, x' = x + 128 and w' = w + 128, so that LDRB with an immediate offset
 * loads both: sum x * w = sum x' * w' - 128 * sum x' - 128 * sum w' + 128^2 * depth The second term is known once per
 * pixel; the others are part of each channel's constant. One value of x meets four channels, whose sums are in high
 * registers. Per four MACs: 5 LDRB, 4 MULS, 4 ADD = 13 instructions, 3.25 per MAC, 4 more per 32 MACs; 36 per output
 * for requantisation and its store. Cortex-M0 cycles: 18 per four MACs (LDRB 2, MULS 1 where the part has the fast
 * multiplier).
 *
 * Constants per four channels, a stream of int32 words: four times (constant, multiplier), one word with the four e
 * (shift - 1) as bytes, then w' of channel 0, 1, 2, 3 as the bytes of one word for each k. k is filled up with zeros to
 * a multiple of 4, channels to a multiple of four.
 */
#ifndef TKD_V6M_FILTERS_H
#define TKD_V6M_FILTERS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_v6m_filters {
    const int32_t *stream;
    uint16_t channels;
    uint16_t depth; /* values of k, filled up to a multiple of 4 */
    int16_t round;  /* 2 * output zero point + 1 */
    int8_t min, max;
} tkd_v6m_filters;

typedef struct tkd_v6m_tile {
    const uint8_t *end; /* of x: at least four values, a multiple of four */
    int32_t minus;      /* -128 * sum x' modulo 2^32 */
    int32_t round, min, max;
    int8_t *output_end;
} tkd_v6m_tile;

/* Fours of channels until output == tile->output_end. Returns the stream that follows. */
const int32_t *tkd_v6m_fours(const uint8_t *x, const int32_t *stream, int8_t *output, const tkd_v6m_tile *tile);

/* All channels of one pixel, whose depth values x' are at x, their sum in total. */
void tkd_v6m_pixel(const uint8_t *x, uint32_t total, int8_t *output, const tkd_v6m_filters *f);

/* Appends bytes to a pixel as x', and adds them up. Word-aligned words take 7 instructions, single bytes 5. */
uint8_t *tkd_v6m_copy(uint8_t *to, const int8_t *from, size_t bytes, uint32_t *total);
uint8_t *tkd_v6m_fill(uint8_t *to, int32_t value, size_t bytes, uint32_t *total);

#ifdef __cplusplus
}
#endif
#endif
