/* How far the answer of a model that gives its input back is from its input (tkd_anomaly.h). */
#ifndef TKD_DETECT_H
#define TKD_DETECT_H

#include "tkd_anomaly.h"
#include "tkd_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reached through tkd_anomaly alone, so that other firmware links none of its float arithmetic. */
struct tkd_detector {
    /* Before an inference: keeps its input. */
    void (*keep)(const tkd_session *session);
    /* After it: the mean squared difference of output and input, both as real values. */
    float (*error)(const tkd_session *session);
    /* Whether that is above the threshold. */
    int (*is_anomaly)(const tkd_session *session);
    /* "error 0.412000, threshold 0.250000" and the end of the line; and its second half alone. */
    void (*say)(const tkd_session *session);
    void (*say_threshold)(void);
};

#ifdef __cplusplus
}
#endif
#endif
