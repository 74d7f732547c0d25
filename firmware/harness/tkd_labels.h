/*
 * Which classes are on, for a person (tkd_multilabel.h). Called through tkd_multilabel's pointer alone, so that other
 * firmware is linked without it.
 */
#ifndef TKD_LABELS_H
#define TKD_LABELS_H

#include "tkd_multilabel.h"
#include "tkd_seen.h"
#include "tkd_session.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tkd_labeller {
    /* How many classes are on in the inference that has just ended. */
    uint16_t (*count)(const tkd_session *session);

    /* "sample 3 has 2 of 10 classes on: wrong, 4711 cycles", then a line for each class that is on or should be, such
     * as "class 1 (red) on, score 35", "... on, score 35, not in the labels" or "class 4 (blue) off, score -3, in the
     * labels", and "end of classes". */
    void (*say_sample)(const tkd_session *session, const tkd_samples *samples, uint32_t sample);

    /* In how many samples every class is right, and how many of the labels are found. */
    void (*say_test)(tkd_session *session, const tkd_samples *samples, tkd_sample_runner run);
} tkd_labeller;

#ifdef __cplusplus
}
#endif
#endif
