/*
 * Of a model that finds objects in an image: what they are, and where. The generated main.c says so of its model;
 * without it, a model is taken as a classifier.
 */
#ifndef TKD_DETECTION_H
#define TKD_DETECTION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One object. Pixels of the model's input, from the left and from the top; the box is cut at the image's edges. */
typedef struct tkd_object {
    int16_t x, y;           /* its centre */
    int16_t x0, y0, x1, y1; /* its box: x0 <= column < x1 */
    int16_t score;          /* [-255, 255]: its class above the background, in steps of the output's scale */
    uint16_t kind;          /* its class */
} tkd_object;

struct tkd_objects_rules; /* tkd_objects.h */
struct tkd_seer;          /* tkd_seen.h */
extern const struct tkd_seer tkd_seen;

/* Writes the objects in a model's outputs, the largest score first, at most `capacity`; how many there are. */
typedef uint16_t (*tkd_objects_finder)(const struct tkd_objects_rules *rules, const int8_t *outputs, tkd_object *found,
                                       uint16_t capacity);

typedef struct tkd_detection {
    const struct tkd_objects_rules *rules;
    tkd_objects_finder find; /* tkd_objects_find: in the firmware only where it is named */
    tkd_object *found;       /* [capacity] */
    uint16_t capacity;
    int16_t width, height;       /* of the image, in pixels */
    const struct tkd_seer *seer; /* &tkd_seen: in the firmware only where it is named */
} tkd_detection;

/* Of the model in this firmware; NULL where it is something else. One output, int8. */
const tkd_detection *tkd_detection_task(void);

#ifdef __cplusplus
}
#endif
#endif
