/*
 * From a model's outputs, one set after another, to events: a word was said, a machine runs badly.
 *
 * Each set becomes confidences (int8, [-128, 127] stands for [0, 1)), the last `smoothing` of them are averaged, and
 * the class with the largest average fires when that reaches its threshold. It fires again only after its average has
 * fallen below its release, and no class fires within `refractory` sets of an event. Integers only: tinykd/events
 * computes the same on the host, equal in every score and event. Constants are in the generated NAME_events.c.
 */
#ifndef TKD_EVENTS_H
#define TKD_EVENTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_NO_EVENT (-1)

/* What the user's code is told: the class, its name, and its average confidence: (score + 128) / 256. */
typedef void (*tkd_on_event)(uint16_t index, const char *name, int8_t score);

/* Constants of one model; arrays are in flash. */
typedef struct tkd_events_rules {
    uint16_t classes;          /* [1, 32767] */
    uint8_t smoothing;         /* [1, 255] sets that are averaged */
    uint16_t refractory;       /* sets after an event in which no class fires */
    const uint16_t *exponents; /* [256] 65535 * exp(-scale * d): of logits; NULL: outputs are confidences already */
    const int8_t *threshold;   /* [classes] */
    const int8_t *release;     /* [classes], at most the threshold */
    const uint8_t *fires;      /* [classes], 0 for a class that never fires */
} tkd_events_rules;

/* One stream of outputs. The arrays belong to whoever owns it: NAME_events has them all. */
typedef struct tkd_events {
    const tkd_events_rules *rules;
    int8_t *history;  /* [smoothing][classes], confidences */
    int8_t *averages; /* [classes] of the last step */
    int16_t *sums;    /* [classes] of history */
    uint8_t *held;    /* [classes], 1 from an event on until the release */
    uint16_t place;   /* of the oldest set in history */
    uint16_t waiting; /* sets that are still within the refractory time */
} tkd_events;

/* As if nothing had ever been heard: all of history has confidence 0. */
void tkd_events_reset(tkd_events *events);

/* The next set of outputs, [classes]: the class that fires, whose score is then in `averages`, or TKD_NO_EVENT. */
int16_t tkd_events_step(tkd_events *events, const int8_t *outputs);

#ifdef __cplusplus
}
#endif
#endif
