/*
 * SignalFramer, SignalStacker, SignalDelay and SignalOverlapAdd: int16 samples and what is kept of them between calls.
 *
 * TFLM keeps them in circular buffers (signal/micro/kernels/framer.cc, stacker.cc, delay.cc, overlap_add.cc); here
 * they lie in order, the oldest first. Where TFLM has no whole frame to write yet, it leaves its output as it was and
 * says so; here that output is 0.
 */
#ifndef TKD_FRAMES_S16_H
#define TKD_FRAMES_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_framer_s16_params {
    int32_t rows;     /* [in] signals beside each other, at least 1 */
    int32_t frames;   /* [in] of one call, at least 1 */
    int32_t size;     /* [in] samples in a frame, at least step */
    int32_t step;     /* [in] samples from one frame to the next, at least 1 */
    int32_t capacity; /* [in] samples kept for a signal: size, up to a multiple of step */
} tkd_framer_s16_params;

/*
 * [in]     input   [rows][frames * step], any int16, aligned to 2 bytes
 * [out]    output  [rows][frames][size], aligned to 2 bytes; may not be input
 * [out]    valid   [1]: 1 if every frame is whole, else 0
 * [in,out] kept    [rows][capacity] of int16, kept between calls, aligned to 2 bytes
 * [in,out] counts  [rows] of int32: how many of them are there, aligned to 4 bytes
 * [in]     p       constants
 */
void tkd_framer_s16(const int16_t *input, int16_t *output, uint8_t *valid, void *kept, void *counts,
                    const tkd_framer_s16_params *p);

typedef struct tkd_stacker_s16_params {
    int32_t channels; /* [in] of a frame, at least 1 */
    int32_t left;     /* [in] copies of the very first frame that stand before it, at least 0 */
    int32_t size;     /* [in] samples of a stack, a multiple of channels */
    int32_t step;     /* [in] samples from one stack to the next, at most size */
} tkd_stacker_s16_params;

/*
 * [in]     input   [channels], any int16, aligned to 2 bytes
 * [out]    output  [size], aligned to 2 bytes; may not be input
 * [out]    valid   [1]: 1 if output is a whole stack, else 0
 * [in,out] kept    [size] of int16, kept between calls, aligned to 2 bytes
 * [in,out] counts  [2] of int32: samples that are there, and 1 once a frame has come; aligned to 4 bytes
 * [in]     p       constants
 */
void tkd_stacker_s16(const int16_t *input, int16_t *output, uint8_t *valid, void *kept, void *counts,
                     const tkd_stacker_s16_params *p);

typedef struct tkd_delay_s16_params {
    int32_t rows;   /* [in] signals beside each other, at least 1 */
    int32_t size;   /* [in] samples of each in one call, at least 1 */
    int32_t length; /* [in] samples of delay, at least 1 */
} tkd_delay_s16_params;

/*
 * [in]     input   [rows][size], any int16, aligned to 2 bytes
 * [out]    output  [rows][size], what came length samples before, aligned to 2 bytes; may not be input
 * [in,out] kept    [rows][length] of int16, kept between calls, aligned to 2 bytes
 * [in]     p       constants
 */
void tkd_delay_s16(const int16_t *input, int16_t *output, void *kept, const tkd_delay_s16_params *p);

typedef struct tkd_overlap_add_s16_params {
    int32_t rows;   /* [in] signals beside each other, at least 1 */
    int32_t frames; /* [in] of one call, at least 1 */
    int32_t size;   /* [in] samples in a frame, at least step */
    int32_t step;   /* [in] samples that each frame moves on, at least 1 */
} tkd_overlap_add_s16_params;

/*
 * [in]     input   [rows][frames][size], any int16, aligned to 2 bytes
 * [out]    output  [rows][frames * step], sums saturated to int16, aligned to 2 bytes; may not be input
 * [in,out] kept    [rows][size] of int16, kept between calls, aligned to 2 bytes
 * [in]     p       constants
 */
void tkd_overlap_add_s16(const int16_t *input, int16_t *output, void *kept, const tkd_overlap_add_s16_params *p);

#ifdef __cplusplus
}
#endif
#endif
