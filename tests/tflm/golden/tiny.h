/*
 * tiny: a full-int8 TensorFlow Lite model, run by TensorFlow Lite Micro. Made by tinykd 0.1.0.
 *
 * source    tiny.tflite, 1152 bytes
 * sha256    3e5137466b86f5090d3f85441d46d03ffbfa5d4184dc929e054c186fe8889534
 * runtime   tflm: Chirale_TensorFLowLite 2.0.0
 * arena     4400 bytes of RAM: 3000 that TFLM took on the host, 352 for the board's kernels, 464 while TFLM plans, 576 for the runtime
 * flatbuffer 1152 bytes of flash
 * work      180 multiply-accumulates in 3 layers
 * input 0   1x3x3x2 int8, scale 0.5, zero point -1: input
 * output 0  1x2 int8, scale 4, zero point 9: scores
 *
 * real = scale * (q - zero_point).
 * Generated: change the model or the options and run
 *   tinykd compile tiny.tflite --firmware --runtime tflm --name tiny
 */
#ifndef TKD_MODEL_TINY_H
#define TKD_MODEL_TINY_H

#include "tkd_model.h"

#if TKD_MODEL_ABI != 2u
#error "tiny was generated for another version of tkd_model.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define TINY_MODEL 0x3e513746u /* which model this is: the first digits of its sha256 */
#define TINY_ARENA_BYTES 4400u /* align the arena to TKD_ARENA_ALIGN */
#define TINY_INPUT_BYTES 18u
#define TINY_INPUT_ELEMENTS 18u
#define TINY_INPUT_SCALE 0.5f
#define TINY_INPUT_ZERO_POINT (-1)
#define TINY_OUTPUT_BYTES 2u
#define TINY_OUTPUT_ELEMENTS 2u
#define TINY_OUTPUT_SCALE 4.0f
#define TINY_OUTPUT_ZERO_POINT (9)

/* Ask it through its functions and its placement: setup once, then write the inputs, invoke, read the outputs. */
extern const tkd_model tiny_model;

/* The flatbuffer, in flash, aligned to 16. */
extern const uint8_t tiny_flatbuffer[1152];

#ifdef __cplusplus
}
#endif
#endif
