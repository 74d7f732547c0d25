/*
 * One compiled model behind one interface: what generated code exports and what the serial harness drives.
 *
 * Both runtimes (static C and TensorFlow Lite Micro) fill in this structure, so one verdict compares them.
 * All of it is const; the only memory a model writes is the caller's arena, so a model is reentrant over
 * distinct arenas. Inputs and outputs live in the arena, at the offsets that their descriptions give, or, for a
 * model that places its tensors itself when it starts, where its tkd_placement says.
 *
 * Types. The arena is bytes in which tensors, states and scratch of wider elements lie, aligned to them. A place is
 * read in the type that it was last written in, or as bytes: the rule of C99 (6.5) for memory without a declared type,
 * such as a linker or an allocator hands out. The letter of C would have an array that is declared as uint8_t read as
 * bytes only. Compilers go by what was stored, also there, and a program whose layers are inlined into one function
 * with -O3 -flto computes the same; -fno-strict-aliasing is for whoever wants that promised.
 */
#ifndef TKD_MODEL_H
#define TKD_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "tkd_status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_MODEL_ABI 2u
#define TKD_ARENA_ALIGN 16u
#define TKD_MAX_RANK 6u

typedef enum tkd_dtype {
    TKD_INT8 = 1,
    TKD_INT16 = 2,
    TKD_INT32 = 3,
    TKD_BOOL = 4,
    TKD_UINT8 = 5,
    TKD_FLOAT32 = 6,
    TKD_INT64 = 7,
    TKD_UINT32 = 8,
    TKD_UINT64 = 9
} tkd_dtype;

/* A tensor that a caller may read or write: real = scale * (q - zero_point). */
typedef struct tkd_tensor_info {
    const char *name;
    uint32_t offset; /* bytes from the start of the arena, unless the model has a placement */
    uint32_t bytes;
    float scale;
    int32_t zero_point;
    uint8_t dtype; /* tkd_dtype */
    uint8_t rank;
    uint16_t dims[TKD_MAX_RANK];
} tkd_tensor_info;

/* One step of the program, for profiles and for finding the first layer that differs. */
typedef struct tkd_layer_info {
    const char *name;   /* the layer's name in the flatbuffer, printable ASCII */
    const char *kernel; /* the C function that computes it */
    uint32_t macs;
    uint32_t output_offset; /* bytes from the start of the arena, valid right after the step; see placement */
    uint32_t output_bytes;
} tkd_layer_info;

/* What a model is asked that sets itself up in the arena, and knows only then where its tensors lie. */
typedef struct tkd_placement {
    /* Once, before all else; of `arena_bytes`, at least the model's, it may use what it can. */
    tkd_status (*setup)(void *arena, uint32_t arena_bytes);
    void *(*input)(void *arena, uint16_t index);
    const void *(*output)(void *arena, uint16_t index);
    /* Valid right after the step. */
    const void *(*layer_output)(void *arena, uint16_t layer);
    /* Bytes of the arena that were needed; 0 before a setup that succeeded. */
    uint32_t (*arena_used)(const void *arena);
    /* What the step is; NULL: as in the model's table. */
    const tkd_layer_info *(*layer)(uint16_t layer);
} tkd_placement;

typedef struct tkd_model {
    uint32_t abi;         /* TKD_MODEL_ABI */
    const char *name;     /* a C identifier */
    const char *runtime;  /* "static" or "tflm" */
    uint8_t sha256[32];   /* of the .tflite file */
    uint32_t arena_bytes; /* activations, inputs, outputs and scratch */
    uint16_t inputs_count, outputs_count, layers_count;
    const tkd_tensor_info *inputs;
    const tkd_tensor_info *outputs;
    const tkd_layer_info *layers; /* unless its placement describes them */
    /* Initial state of variable tensors; once before the first invoke. */
    tkd_status (*reset)(void *arena);
    /* One whole inference. */
    tkd_status (*invoke)(void *arena);
    /* One layer; for layer = 0 .. layers_count-1, in order, the same as invoke. */
    tkd_status (*step)(void *arena, uint16_t layer);
    /* NULL: everything lies at its offset, and nothing need be set up. */
    const tkd_placement *placement;
} tkd_model;

#ifdef __cplusplus
}
#endif
#endif
