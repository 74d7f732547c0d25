/* Reads rules and sets of outputs from stdin; writes the averages after each set, and the class that fired or -1. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tkd_events.h"

static void *taken(size_t count, size_t size) {
    void *found = malloc(count * size); /* exact sizes: AddressSanitizer sees one byte beside them */
    if (found == NULL || fread(found, size, count, stdin) != count) {
        exit(2);
    }
    return found;
}

int main(void) {
    uint16_t *head = (uint16_t *)taken(5, sizeof(uint16_t)); /* classes, smoothing, refractory, softmax, sets */
    const uint16_t classes = head[0];
    tkd_events_rules rules = {classes, (uint8_t)head[1], head[2], NULL, NULL, NULL, NULL};
    uint16_t *exponents = head[3] ? (uint16_t *)taken(256, sizeof(uint16_t)) : NULL;
    int8_t *threshold = (int8_t *)taken(classes, 1), *release = (int8_t *)taken(classes, 1);
    uint8_t *fires = (uint8_t *)taken(classes, 1);
    rules.exponents = exponents;
    rules.threshold = threshold;
    rules.release = release;
    rules.fires = fires;
    tkd_events events = {&rules, NULL, NULL, NULL, NULL, 0, 0};
    events.history = (int8_t *)malloc((size_t)head[1] * classes);
    events.averages = (int8_t *)malloc(classes);
    events.sums = (int16_t *)malloc(classes * sizeof(int16_t));
    events.held = (uint8_t *)malloc(classes);
    tkd_events_reset(&events);
    for (uint16_t i = 0; i < head[4]; ++i) {
        int8_t *outputs = (int8_t *)taken(classes, 1);
        const int16_t found = tkd_events_step(&events, outputs);
        fwrite(events.averages, 1, classes, stdout);
        fwrite(&found, sizeof found, 1, stdout);
        free(outputs);
    }
    free(events.history);
    free(events.averages);
    free(events.sums);
    free(events.held);
    free(exponents);
    free(threshold);
    free(release);
    free(fires);
    free(head);
    return 0;
}
