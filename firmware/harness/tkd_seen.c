#include "tkd_seen.h"

#include <stddef.h>

#include "tkd_say.h"

/* Where main.c says nothing: no such model. */
__attribute__((weak)) const tkd_detection *tkd_detection_task(void) { return NULL; }

uint16_t tkd_seen_objects(const tkd_session *s, const tkd_detection *detection) {
    uint32_t bytes = s->model->outputs->bytes;
    const int8_t *outputs = (const int8_t *)tkd_session_output(s, 0, &bytes);
    return detection->find(detection->rules, outputs, detection->found, detection->capacity);
}

/* After a space. */
static void say_number(int16_t value) {
    tkd_say(" ");
    tkd_say_i32(value);
}

void tkd_seen_say(const tkd_detection *detection, uint16_t count, const char *const *names, uint16_t names_count) {
    for (uint16_t i = 0; i < count; ++i) {
        const tkd_object *object = &detection->found[i];
        tkd_say_number("object ", object->kind, "");
        if (names != NULL && object->kind < names_count) {
            tkd_say(" (");
            tkd_say(names[object->kind]);
            tkd_say(")");
        }
        tkd_say(" at");
        say_number(object->x);
        say_number(object->y);
        tkd_say(", box");
        say_number(object->x0);
        say_number(object->y0);
        say_number(object->x1);
        say_number(object->y1);
        tkd_say(", score");
        say_number(object->score);
        tkd_say("\r\n");
    }
}
