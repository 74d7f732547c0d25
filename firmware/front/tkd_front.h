/*
 * A front end and the model behind it as one model, whose input is raw samples: what tkd_model is filled with in the
 * generated NAME_raw.c. Each step of the front end is a layer; the model's own layers follow.
 *
 * Some steps are computed once, of the whole sample. A pass is what is computed again and again, such as a frame of
 * sound; its last step gives a part of the model's input, one part behind the other. Layer 0 is the first step that is
 * computed once, if there is any, else the first of the first pass; behind the last pass stands one layer that computes
 * nothing and shows the whole input of the model.
 */
#ifndef TKD_FRONT_H
#define TKD_FRONT_H

#include "tkd_model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_front {
    const tkd_model *model;      /* with one input, of either runtime */
    const tkd_layer_info *steps; /* [once_count + steps_count + 1], offsets in the arena; then the whole input */
    uint16_t once_count, passes, steps_count;
    void (*start)(uint8_t *arena); /* before all steps */
    void (*once)(uint8_t *arena, uint16_t step);
    void (*step)(uint8_t *arena, int8_t *input, uint16_t pass, uint16_t step); /* input: the model's */
    void (*keep)(const int8_t *input); /* before the model, which may overwrite it; NULL: nobody wants it */
} tkd_front;

/* The model is set up in its part of the arena. */
tkd_status tkd_front_setup(const tkd_front *f, void *arena);

/* The raw samples are in the arena: the whole front end, then the model. */
tkd_status tkd_front_invoke(const tkd_front *f, void *arena);

/* One layer; for 0, 1, ... in order, the same as tkd_front_invoke(). */
tkd_status tkd_front_step(const tkd_front *f, void *arena, uint16_t layer);

const tkd_layer_info *tkd_front_layer(const tkd_front *f, uint16_t layer);

/* The output of a layer, right after it. */
const void *tkd_front_layer_output(const tkd_front *f, const void *arena, uint16_t layer);

/* An output of the model. */
const void *tkd_front_output(const tkd_front *f, void *arena, uint16_t index);

#ifdef __cplusplus
}
#endif
#endif
