/*
 * Events of words: when a class fires, by [events] of its project file. See tkd_events.h for what is computed.
 * Made by tinykd 0.1.0 from templates/events/events.h.j2.
 *
 * 0: yes fires from 0.7031 on, and again after less than 0.6016
 * 1: no fires from 0.8008 on, and again after less than 0.7031
 * 2: unknown never fires
 *
 *   static words_events events;
 *   words_events_reset(&events);
 *   words_events_feed(&events, outputs, on_event);   every 50 ms
 */
#ifndef TKD_EVENTS_WORDS_H
#define TKD_EVENTS_WORDS_H

#include "tkd_events.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WORDS_EVENTS_CLASSES 3u
#define WORDS_EVENTS_SMOOTHING 4u /* inferences that are averaged */
#define WORDS_EVENTS_REFRACTORY 5u /* inferences after an event without another */
#define WORDS_EVENTS_HOP_MS 50.0f /* from one inference to the next */

/* One stream, with all that it remembers. */
typedef struct words_events {
    tkd_events state;
    int8_t history[4 * 3];
    int8_t averages[3];
    int16_t sums[3];
    uint8_t held[3];
} words_events;

extern const tkd_events_rules words_events_rules;

/* The name of class `index`. */
const char *words_events_name(uint16_t index);

/* As if nothing had ever been heard. */
void words_events_reset(words_events *events);

/* The outputs of the next inference, [3]; calls `on_event` where a class fires, and returns
 * which, or TKD_NO_EVENT. */
int16_t words_events_feed(words_events *events, const int8_t *outputs, tkd_on_event on_event);

#ifdef __cplusplus
}
#endif
#endif
