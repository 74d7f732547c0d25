/*
 * From the heat map of a detector to objects. A cell has an output for the background, one for each class and, where
 * the head gives boxes, four more. The score of a class is its output minus the background's.
 *
 * An object is a peak: a cell whose best class reaches its threshold, is above all cells within the class's radius
 * before it, and not below those after it, in the order of rows. Integers only: tinykd/objects computes the same on
 * the host, equal in every object. Constants are in the generated NAME_objects.c.
 */
#ifndef TKD_OBJECTS_H
#define TKD_OBJECTS_H

#include "tkd_detection.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Constants of one model; arrays are in flash. */
typedef struct tkd_objects_rules {
    uint16_t rows, columns, channels; /* of cells: outputs are [rows][columns][channels] */
    uint16_t classes;                 /* channels 1 to classes; channel 0 is the background */
    int16_t stride;                   /* pixels of a cell's side */
    int16_t width, height;            /* of the image, [1, 4096] */
    const int16_t *thresholds;        /* [classes] */
    const int8_t *radius;             /* [classes] cells, [1, 127] */
    const int16_t *usual;             /* [classes][2] width, height of a box; of a head that gives none */
    const int16_t *offsets;           /* [256] pixels from the middle of a cell, by output + 128; NULL: no boxes */
    const int16_t *sizes;             /* [256] pixels of a side, by output + 128 */
} tkd_objects_rules;

/* As tkd_objects_finder; `outputs` are [rows][columns][channels]. */
uint16_t tkd_objects_find(const tkd_objects_rules *rules, const int8_t *outputs, tkd_object *found, uint16_t capacity);

#ifdef __cplusplus
}
#endif
#endif
