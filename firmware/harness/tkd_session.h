/*
 * One model and what is going on in its arena: inputs written, inference run, layers stepped, results read.
 *
 * Asking twice is safe by construction: a job carries a tag, its input may be written again as long as it has no
 * hole, RUN of a finished job answers what was computed, STEP to a layer already done does nothing.
 */
#ifndef TKD_SESSION_H
#define TKD_SESSION_H

#include "tkd_model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tkd_phase {
    TKD_PHASE_IDLE = 0,
    TKD_PHASE_INPUT = 1, /* the first `filled` bytes of the inputs are in the arena */
    TKD_PHASE_DONE = 2,  /* the outputs are in the arena, until the next input is written */
    TKD_PHASE_STEP = 3,  /* layers 0 .. next_layer-1 are done */
    TKD_PHASE_SAMPLE = 4 /* the user's own samples, one after the other */
} tkd_phase;

struct tkd_sensor;

/* What is known of the firmware as a whole. */
typedef struct tkd_firmware {
    const char *build;         /* what generated it */
    const char *id;            /* identity of its sources */
    const char *kernels;       /* which kernels compute the model */
    const char *rounding;      /* "double", as in TFLM's reference kernels, or "single" */
    struct tkd_sensor *sensor; /* where the user's code has none; NULL: there is none at all */
} tkd_firmware;

struct tkd_session;

/* Who is called at every whole inference; either may be NULL. */
typedef struct tkd_session_observer {
    void (*before)(const struct tkd_session *session); /* the inputs are whole, and may be overwritten from now on */
    void (*after)(const struct tkd_session *session);  /* the outputs are there */
} tkd_session_observer;

typedef struct tkd_session {
    const tkd_model *model;
    const tkd_firmware *firmware;
    const tkd_session_observer *observer; /* NULL: none; tkd_session_start leaves it so */
    uint8_t *arena;
    uint32_t arena_bytes;  /* that there are; the model says how many it needs */
    uint32_t input_bytes;  /* of all inputs together */
    uint32_t output_bytes; /* of all outputs together */
    uint32_t filled;
    uint32_t ticks;       /* that the last inference, or the last layer, took */
    uint32_t input_hash;  /* CRC-32 of all inputs as they lay in the arena */
    uint32_t output_hash; /* and of all outputs */
    uint32_t request;     /* CRC of the INFER request that was answered last, while in TKD_PHASE_DONE */
    tkd_status fault;     /* TKD_OK, or why this model cannot run */
    uint16_t tag;
    uint16_t next_layer;
    tkd_phase phase;
    uint8_t is_lent; /* the arena holds something else than the model's */
} tkd_session;

void tkd_session_start(tkd_session *s, const tkd_model *model, void *arena, uint32_t arena_bytes,
                       const tkd_firmware *firmware);

/* From now on the session is of `model`, which lives in the same arena and starts anew, if it is another one. */
void tkd_session_use(tkd_session *s, const tkd_model *model);

/* The arena, for something else, until tkd_session_take_back; a job is forgotten. */
void *tkd_session_lend(tkd_session *s);

/* The model starts anew in an arena that was lent. */
void tkd_session_take_back(tkd_session *s);

/* Writes `bytes` of the concatenated inputs at `offset`; offset 0 begins the job `tag` from the initial state. */
tkd_status tkd_session_write(tkd_session *s, uint16_t tag, uint32_t offset, const void *data, uint32_t bytes);

/* True when the job `tag`, whose inputs have this hash, is finished: its outputs are still there. */
int tkd_session_is_done(const tkd_session *s, uint16_t tag, uint32_t hash);

/* Holds the inputs written under `tag`, if they are whole, against their hash; a job that was damaged is forgotten. */
tkd_status tkd_session_check(tkd_session *s, uint16_t tag, uint32_t hash);

/* One inference on the inputs written under `tag`. */
tkd_status tkd_session_run(tkd_session *s, uint16_t tag);

/* One inference on what is in the inputs; the first after anything else begins from the initial state. */
tkd_status tkd_session_sample(tkd_session *s);

/* The next layer, or nothing when `layer` was the last one done. */
tkd_status tkd_session_step(tkd_session *s, uint16_t tag, uint16_t layer);

/* Where input `index` is. */
uint8_t *tkd_session_input(const tkd_session *s, uint16_t index);

/* What layer `index` is. */
const tkd_layer_info *tkd_session_layer_info(const tkd_session *s, uint16_t index);

/* The output of the layer that was stepped last, NULL when there is none; its length goes to `*bytes`. */
const uint8_t *tkd_session_layer(const tkd_session *s, uint32_t *bytes);

/* The piece at `offset` of the concatenated outputs that lies in one tensor: its address and at most `*bytes` bytes. */
const uint8_t *tkd_session_output(const tkd_session *s, uint32_t offset, uint32_t *bytes);

/* Bytes of the arena that the model needs: as generated, or as it found when it set itself up. */
uint32_t tkd_session_arena_needed(const tkd_session *s);

#ifdef __cplusplus
}
#endif
#endif
