/*
 * Convolutions on 32-bit RISC-V: 28 registers, a multiplication, no multiply-accumulate, loads of bytes.
 *
 * A block of four pixels and four channels holds its sixteen sums in registers; one value of k costs eight loads,
 * sixteen multiplications and sixteen additions: 2.5 instructions per MAC, and 0.05 for the loop. Two or three pixels
 * at the end of a row, and one row alone, go pixel by pixel: 3.25.
 *
 * Constants per four channels, a stream of int32 words: four biases with the input's zero point folded in, four
 * multipliers, four codes (tkd_rv32.h) as the bytes of one word, then for each k the weights of the four channels as
 * the bytes of one word. Channels are filled up with zeros to a multiple of four.
 */
#ifndef TKD_RV32_FILTERS_H
#define TKD_RV32_FILTERS_H

#include <stdint.h>

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_RV32_PIXELS 4

typedef struct tkd_rv32_filters {
    const int32_t *stream;
    uint32_t depth;    /* values of k */
    uint16_t channels; /* of one group */
    uint16_t step;     /* bytes from an output pixel to the next: the channels of all groups */
    int16_t round;     /* 2 * output zero point + 1 */
    int8_t min, max;
} tkd_rv32_filters;

/* sums[4 * p + c] = bias c + sum over k of x[p * depth + k] * weight c of k, from the stream of four channels on. */
void tkd_rv32_dot_4x4(const int8_t *x, const int32_t *stream, uint32_t depth, int32_t sums[16]);

/* All channels of a group for count pixels, at most four, whose depth values lie one after another at x. Returns the
 * stream behind. */
const int32_t *tkd_rv32_pixels(const int8_t *x, uint32_t count, int8_t *output, const int32_t *stream,
                               const tkd_rv32_filters *f);

/* output = ADD(output, addend) of count values. */
void tkd_rv32_add(int8_t *output, const int8_t *addend, uint32_t count, const tkd_add_scale *add);

#ifdef __cplusplus
}
#endif
#endif
