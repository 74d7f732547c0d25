#include "tkd_events.h"

#include <stddef.h>
#include <string.h>

#include "tkd_flash.h"

#define LOWEST (-128)

void tkd_events_reset(tkd_events *events) {
    const uint16_t classes = events->rules->classes;
    const uint8_t smoothing = events->rules->smoothing;
    memset(events->history, LOWEST, (size_t)smoothing * classes);
    for (uint16_t c = 0; c < classes; ++c) {
        events->averages[c] = LOWEST;
        events->sums[c] = (int16_t)(LOWEST * (int16_t)smoothing);
        events->held[c] = 0;
    }
    events->place = 0;
    events->waiting = 0;
}

static int8_t largest(const int8_t *values, uint16_t count) {
    int8_t found = values[0];
    for (uint16_t i = 1; i < count; ++i) {
        found = values[i] > found ? values[i] : found;
    }
    return found;
}

static uint16_t weight_of(const tkd_events_rules *rules, int8_t top, int8_t logit) {
    return (uint16_t)TKD_LOAD_S16((const int16_t *)&rules->exponents[(uint8_t)((uint8_t)top - (uint8_t)logit)]);
}

/* Softmax of logits: 256 * weight / sum of weights, rounded, the sum below 2^31. */
static void to_confidences(const tkd_events_rules *rules, const int8_t *logits, int8_t *confidences) {
    const int8_t top = largest(logits, rules->classes);
    uint32_t sum = 0;
    for (uint16_t c = 0; c < rules->classes; ++c) {
        sum += weight_of(rules, top, logits[c]);
    }
    for (uint16_t c = 0; c < rules->classes; ++c) {
        const uint32_t share = ((uint32_t)weight_of(rules, top, logits[c]) * 256u + sum / 2u) / sum;
        confidences[c] = (int8_t)((int16_t)(share > 255u ? 255u : share) + LOWEST);
    }
}

/* sum / count, rounded half away from zero. */
static int8_t rounded_mean(int16_t sum, uint8_t count) {
    const int32_t twice = 2 * (int32_t)sum, divisor = 2 * (int32_t)count;
    return (int8_t)((twice + (sum < 0 ? -(int32_t)count : (int32_t)count)) / divisor);
}

/* Takes the next set into the averages. */
static void average(tkd_events *events, const int8_t *outputs) {
    const tkd_events_rules *rules = events->rules;
    int8_t *const row = events->history + (size_t)events->place * rules->classes;
    for (uint16_t c = 0; c < rules->classes; ++c) {
        events->sums[c] = (int16_t)(events->sums[c] - row[c]);
    }
    if (rules->exponents != NULL) {
        to_confidences(rules, outputs, row);
    } else {
        memcpy(row, outputs, rules->classes);
    }
    for (uint16_t c = 0; c < rules->classes; ++c) {
        events->sums[c] = (int16_t)(events->sums[c] + row[c]);
        events->averages[c] = rounded_mean(events->sums[c], rules->smoothing);
    }
    events->place = (uint16_t)(events->place + 1u);
    if (events->place == rules->smoothing) {
        events->place = 0;
    }
}

/* Classes that fell below their release may fire again; the first of the largest averages. */
static uint16_t release(tkd_events *events) {
    const tkd_events_rules *rules = events->rules;
    uint16_t best = 0;
    for (uint16_t c = 0; c < rules->classes; ++c) {
        if (events->averages[c] < TKD_LOAD_S8(&rules->release[c])) {
            events->held[c] = 0;
        }
        if (events->averages[c] > events->averages[best]) {
            best = c;
        }
    }
    return best;
}

int16_t tkd_events_step(tkd_events *events, const int8_t *outputs) {
    const tkd_events_rules *rules = events->rules;
    average(events, outputs);
    const uint16_t best = release(events);
    if (events->waiting > 0) {
        --events->waiting;
        return TKD_NO_EVENT;
    }
    const uint8_t may_fire = (uint8_t)TKD_LOAD_S8((const int8_t *)&rules->fires[best]);
    if (!may_fire || events->held[best] || events->averages[best] < TKD_LOAD_S8(&rules->threshold[best])) {
        return TKD_NO_EVENT;
    }
    events->held[best] = 1;
    events->waiting = rules->refractory;
    return (int16_t)best;
}
