#include "tkd_seen.h"

#include <stddef.h>

#include "tkd_port.h"
#include "tkd_say.h"

/* Where main.c says nothing: no such model. */
__attribute__((weak)) const tkd_detection *tkd_detection_task(void) { return NULL; }

static uint16_t find(const tkd_session *s, const tkd_detection *detection) {
    uint32_t bytes = s->model->outputs->bytes;
    const int8_t *outputs = (const int8_t *)tkd_session_output(s, 0, &bytes);
    return detection->find(detection->rules, outputs, detection->found, detection->capacity);
}

/* After a space. */
static void say_number(int16_t value) {
    tkd_say(" ");
    tkd_say_i32(value);
}

static void say_object(const tkd_object *object, const char *const *names, uint16_t names_count) {
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

static void say_sample(const tkd_session *s, const tkd_samples *samples, uint32_t sample) {
    const tkd_detection *detection = tkd_detection_task();
    const uint16_t count = find(s, detection);
    tkd_say_number("sample ", sample, " has ");
    tkd_say_number("", count, " objects in ");
    tkd_say_number("", (uint32_t)detection->width, " x ");
    tkd_say_number("", (uint32_t)detection->height, ", labels ");
    tkd_say_number("", samples->classes[sample], ", ");
    tkd_say_number("", s->ticks, " ");
    tkd_say(tkd_port_tick_unit());
    tkd_say("\r\n");
    for (uint16_t i = 0; i < count; ++i) {
        say_object(&detection->found[i], samples->names, samples->names_count);
    }
    tkd_say("end of objects\r\n");
}

static void say_test(tkd_session *s, const tkd_samples *samples, tkd_sample_runner run) {
    uint32_t found = 0, there = 0, right = 0;
    for (uint32_t i = 0; i < samples->count; ++i) {
        const tkd_status status = run(s, samples, i);
        if (status != TKD_OK) {
            tkd_say_fault(status);
            return;
        }
        const uint16_t count = find(s, tkd_detection_task());
        found += count;
        there += samples->classes[i];
        right += count == samples->classes[i];
    }
    tkd_say_number("found ", found, " objects, labels ");
    tkd_say_number("", there, "; as many as the labels in ");
    tkd_say_number("", right, " of ");
    tkd_say_number("", samples->count, " samples\r\n");
}

const tkd_seer tkd_seen = {find, say_sample, say_test};
