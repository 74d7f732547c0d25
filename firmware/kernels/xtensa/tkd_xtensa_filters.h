/*
 * Convolutions on Xtensa LX without SIMD (ESP8266, ESP32): fourteen registers, a multiplication, no
 * multiply-accumulate, and loads of bytes without their sign.
 *
 * So both factors are made unsigned, u = x + 128 and v = w + 128, and what that adds is taken away again:
 *   sum of x * w = sum of u * v - 128 * sum of u - 128 * sum of w, modulo 2^32.
 * The last term is part of the bias; a pixel's sum of u is found once, where its values are lined up.
 *
 * A block of two pixels and four channels holds its eight sums in registers; one value of k costs six loads, eight
 * multiplications and eight additions: 2.75 instructions per MAC, and 0.06 for the loop.
 *
 * Constants per four channels, a stream of int32 words: four biases, four multipliers, four codes as the bytes of one
 * word, then for each k the v of the four channels as the bytes of one word. Channels and depth are filled up with
 * zeros to multiples of four. tkd_xtensa.h has the codes.
 */
#ifndef TKD_XTENSA_FILTERS_H
#define TKD_XTENSA_FILTERS_H

#include <stdint.h>

#include "tkd_params.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_XTENSA_PIXELS 4

typedef struct tkd_xtensa_filters {
    const int32_t *stream;
    uint32_t depth;    /* values of k */
    uint16_t channels; /* of one group */
    uint16_t step;     /* bytes from an output pixel to the next: the channels of all groups */
    int16_t round;     /* 2 * output zero point + 1 */
    int8_t min, max;
} tkd_xtensa_filters;

/* Pixels side by side: four bytes of each in turn, with the sums of each. Bytes behind depth are 0. */
typedef struct tkd_xtensa_block {
    uint8_t *values; /* tkd_xtensa_block_bytes(depth), aligned to 4 */
    uint32_t sums[TKD_XTENSA_PIXELS];
} tkd_xtensa_block;

/* depth, filled up to a multiple of four. */
static inline uint32_t tkd_xtensa_filled(uint32_t depth) { return (depth + 3u) & ~3u; }

static inline uint32_t tkd_xtensa_block_bytes(uint32_t depth) { return TKD_XTENSA_PIXELS * tkd_xtensa_filled(depth); }

/* Values [k, k + count) of pixel p: those at x, or zero_point where x is NULL. In order, from k = 0 on. */
void tkd_xtensa_put(tkd_xtensa_block *block, uint32_t p, uint32_t k, const int8_t *x, int8_t zero_point,
                    uint32_t count);

/* Zeros behind the depth values of pixel p. */
void tkd_xtensa_end(tkd_xtensa_block *block, uint32_t p, uint32_t depth);

/* sums[4 * c + p] = bias c - 128 * of_pixels[p] + sum over k of u of pixel p * v of channel c, of the two pixels that
 * begin at u. */
void tkd_xtensa_dot_2x4(const uint8_t *u, const int32_t *stream, const uint32_t *of_pixels, uint32_t depth,
                        int32_t *sums);

/* Outputs of count pixels, at most four, in four channels, or in left of them: sums[4 * c + p], head is where the four
 * channels begin in the stream. */
void tkd_xtensa_store_four(const int32_t *sums, uint32_t count, int8_t *output, const int32_t *head, uint32_t left,
                           const tkd_xtensa_filters *f);

/* All channels of a group for count pixels, at most four. Returns the stream behind. */
const int32_t *tkd_xtensa_pixels(const tkd_xtensa_block *block, uint32_t count, int8_t *output, const int32_t *stream,
                                 const tkd_xtensa_filters *f);

/* output = ADD(result, addend) of count values. */
void tkd_xtensa_add(int8_t *output, const int8_t *result, const int8_t *addend, uint32_t count,
                    const tkd_add_scale *add);

#ifdef __cplusplus
}
#endif
#endif
