/*
 * tiny: a full-int8 TensorFlow Lite model, compiled to C by tinykd 0.1.0.
 *
 * source    tiny.tflite, 1456 bytes
 * sha256    9860d0fe93980f9724312a54199ab3b5fe756ad007a3f0ccd2ad4b626ca8cdb4
 * arena     36 bytes of RAM, inputs and outputs included (lower bound 36)
 * weights   83 bytes of flash
 * work      180 multiply-accumulates in 2 layers
 * input 0   1x3x3x2 int8, scale 0.5, zero point -1: input
 * output 0  1x2 int8, scale 4, zero point 9: scores
 * classes   cat, a "dog"
 *
 * real = scale * (q - zero_point). Outputs equal TensorFlow Lite Micro's in every byte.
 * Generated: change the model or the options and run
 *   tinykd compile tiny.tflite --name tiny --core generic --optimize balanced
 */
#ifndef TKD_MODEL_TINY_H
#define TKD_MODEL_TINY_H

#include "tkd_model.h"
#include "tkd_quantize.h"

#if TKD_MODEL_ABI != 2u
#error "tiny was generated for another version of tkd_model.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define TINY_MODEL 0x9860d0feu /* which model this is: the first digits of its sha256 */
#define TINY_ARENA_BYTES 36u /* align the arena to TKD_ARENA_ALIGN */
#define TINY_INPUT_BYTES 18u
#define TINY_INPUT_ELEMENTS 18u
#define TINY_INPUT_SCALE 0.5f
#define TINY_INPUT_ZERO_POINT (-1)
#define TINY_OUTPUT_BYTES 2u
#define TINY_OUTPUT_ELEMENTS 2u
#define TINY_OUTPUT_SCALE 4.0f
#define TINY_OUTPUT_ZERO_POINT (9)

extern const tkd_model tiny_model;

/* Class names, UTF-8. */
extern const char *const tiny_labels[2];

/* Sets what the model remembers between inferences to its initial state (this one remembers nothing). */
tkd_status tiny_reset(void *arena);

/* One inference: write the inputs into the arena, call, read the outputs. The inputs may be overwritten. */
tkd_status tiny_invoke(void *arena);

/* Where inputs and outputs lie in the arena. */
static inline int8_t *tiny_input(void *arena) {
    int8_t *const a = (int8_t *)arena;
    return a + 0;
}

/* A real value as this input wants it. */
static inline int8_t tiny_quantize(float real) {
    return tkd_quantize(real, 0.5f, -1);
}

static inline int8_t *tiny_output(void *arena) {
    int8_t *const a = (int8_t *)arena;
    return a + 20;
}

/* What an element of this output means. */
static inline float tiny_dequantize(int8_t q) {
    return tkd_dequantize(q, 4.0f, 9);
}

#ifdef __cplusplus
}
#endif
#endif
