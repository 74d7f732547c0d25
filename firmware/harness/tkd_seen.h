/*
 * What a model that finds objects has found, for a person (tkd_detection.h). Called through tkd_detection's pointer
 * alone, so that other firmware is linked without it.
 */
#ifndef TKD_SEEN_H
#define TKD_SEEN_H

#include "tkd_detection.h"
#include "tkd_harness.h"
#include "tkd_session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Runs one of the samples in the firmware. */
typedef tkd_status (*tkd_sample_runner)(tkd_session *session, const tkd_samples *samples, uint32_t sample);

typedef struct tkd_seer {
    /* The objects of the inference that has just ended, into detection->found; how many. */
    uint16_t (*find)(const tkd_session *session, const tkd_detection *detection);

    /* "sample 3 has 12 objects in 160 x 120, labels 13, 4711 cycles", then a line such as "object 1 (red) at 34 50,
     * box 21 38 47 63, score 55" for each. */
    void (*say_sample)(const tkd_session *session, const tkd_samples *samples, uint32_t sample);

    /* How many objects there are in each sample, beside how many the labels have. */
    void (*say_test)(tkd_session *session, const tkd_samples *samples, tkd_sample_runner run);
} tkd_seer;

#ifdef __cplusplus
}
#endif
#endif
