/* Events of words: made by tinykd 0.1.0 from templates/events/events.c.j2. */
#include "words_events.h"

#include <stddef.h>

#include "tkd_flash.h"

/* 0: yes */
/* 1: no */
/* 2: unknown */
static const int8_t threshold[3] TKD_FLASH = {
    52, 77, 77,
};

static const int8_t release[3] TKD_FLASH = {
    26, 52, 52,
};

static const uint8_t fires[3] TKD_FLASH = {
    1, 1, 0,
};

/* 65535 * exp(-scale * d) */
static const uint16_t exponents[256] TKD_FLASH = {
    65535, 59299, 53656, 48550, 43929, 39749, 35966, 32544, 29447, 26645, 24109, 21815, 19739, 17860,
    16161, 14623, 13231, 11972, 10833, 9802, 8869, 8025, 7261, 6570, 5945, 5379, 4868, 4404, 3985, 3606,
    3263, 2952, 2671, 2417, 2187, 1979, 1791, 1620, 1466, 1327, 1200, 1086, 983, 889, 805, 728, 659,
    596, 539, 488, 442, 400, 362, 327, 296, 268, 242, 219, 198, 180, 162, 147, 133, 120, 109, 99, 89,
    81, 73, 66, 60, 54, 49, 44, 40, 36, 33, 30, 27, 24, 22, 20, 18, 16, 15, 13, 12, 11, 10, 9, 8, 7, 7,
    6, 5, 5, 4, 4, 4, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

static const char *const names[3] = {
    "yes",
    "no",
    "unknown",
};

const tkd_events_rules words_events_rules = {
    3u, 4u, 5u, exponents, threshold, release, fires,
};

const char *words_events_name(uint16_t index) { return names[index]; }

void words_events_reset(words_events *events) {
    events->state.rules = &words_events_rules;
    events->state.history = events->history;
    events->state.averages = events->averages;
    events->state.sums = events->sums;
    events->state.held = events->held;
    tkd_events_reset(&events->state);
}

int16_t words_events_feed(words_events *events, const int8_t *outputs, tkd_on_event on_event) {
    const int16_t found = tkd_events_step(&events->state, outputs);
    if (found != TKD_NO_EVENT) {
        on_event((uint16_t)found, names[found], events->averages[found]);
    }
    return found;
}
