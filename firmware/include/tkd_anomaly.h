/*
 * Of a model that gives its input back: what it gives back badly is an anomaly. The generated main.c says so of its
 * model; without it, a model is taken as a classifier.
 */
#ifndef TKD_ANOMALY_H
#define TKD_ANOMALY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tkd_detector;
extern const struct tkd_detector tkd_detector; /* tkd_detect.h: in the firmware only where it is named */

typedef struct tkd_anomaly {
    float threshold; /* an error above it is an anomaly */
    int8_t *kept;    /* [elements of the input] where the input is kept: an inference may overwrite it */
    const struct tkd_detector *detector; /* &tkd_detector */
    float scale;                         /* of the input: real = scale * (q - zero_point) */
    int32_t zero_point;
} tkd_anomaly;

/* Of the model in this firmware; NULL where it is something else. One input and one output, int8, of one length. */
const tkd_anomaly *tkd_anomaly_task(void);

#ifdef __cplusplus
}
#endif
#endif
