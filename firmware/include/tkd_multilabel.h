/*
 * Of a model that says of each class by itself whether it is on: several may be, or none. The generated main.c says so
 * of its model; without it, a model is taken as a classifier.
 */
#ifndef TKD_MULTILABEL_H
#define TKD_MULTILABEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tkd_labeller; /* tkd_labels.h */
extern const struct tkd_labeller tkd_labels;

typedef struct tkd_multilabel {
    const int16_t *thresholds; /* [classes]: a class is on where its output reaches this; 128: never */
    uint16_t classes;
    const uint8_t *labels; /* [samples][(classes + 7) / 8], class k in bit k % 8 of byte k / 8; NULL: no samples */
    const struct tkd_labeller *labeller; /* &tkd_labels: in the firmware only where it is named */
} tkd_multilabel;

/* Of the model in this firmware; NULL where it is something else. One output, int8. */
const tkd_multilabel *tkd_multilabel_task(void);

#ifdef __cplusplus
}
#endif
#endif
