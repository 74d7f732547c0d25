#include "tkd_labels.h"

#include <stddef.h>

#include "tkd_port.h"
#include "tkd_say.h"

/* Where main.c says nothing: no such model. */
__attribute__((weak)) const tkd_multilabel *tkd_multilabel_task(void) { return NULL; }

static const int8_t *outputs_of(const tkd_session *s) {
    uint32_t bytes = s->model->outputs->bytes;
    return (const int8_t *)tkd_session_output(s, 0, &bytes);
}

static int is_on(const int8_t *outputs, uint16_t index) {
    return outputs[index] >= tkd_multilabel_task()->thresholds[index];
}

/* What the labels say of class `index` in sample `sample`. */
static int is_wanted(uint32_t sample, uint16_t index) {
    const tkd_multilabel *task = tkd_multilabel_task();
    const size_t row = ((size_t)task->classes + 7u) / 8u;
    return (task->labels[(size_t)sample * row + index / 8u] >> (index % 8u)) & 1;
}

static uint16_t count(const tkd_session *s) {
    const int8_t *outputs = outputs_of(s);
    uint16_t on = 0;
    for (uint16_t i = 0; i < tkd_multilabel_task()->classes; ++i) {
        if (is_on(outputs, i)) {
            ++on;
        }
    }
    return on;
}

static int is_right(const int8_t *outputs, uint32_t sample) {
    for (uint16_t i = 0; i < tkd_multilabel_task()->classes; ++i) {
        if (is_on(outputs, i) != is_wanted(sample, i)) {
            return 0;
        }
    }
    return 1;
}

static void say_class(const tkd_samples *samples, const int8_t *outputs, uint32_t sample, uint16_t index) {
    const int on = is_on(outputs, index);
    const int wanted = is_wanted(sample, index);
    if (!on && !wanted) {
        return;
    }
    tkd_say_number("class ", index, "");
    if (samples->names != NULL && index < samples->names_count) {
        tkd_say(" (");
        tkd_say(samples->names[index]);
        tkd_say(")");
    }
    tkd_say(on ? " on, score " : " off, score ");
    tkd_say_i32(outputs[index]);
    tkd_say(on == wanted ? "" : wanted ? ", in the labels" : ", not in the labels");
    tkd_say("\r\n");
}

static void say_sample(const tkd_session *s, const tkd_samples *samples, uint32_t sample) {
    const int8_t *outputs = outputs_of(s);
    tkd_say_number("sample ", sample, " has ");
    tkd_say_number("", count(s), " of ");
    tkd_say_number("", tkd_multilabel_task()->classes, " classes on: ");
    tkd_say(is_right(outputs, sample) ? "right, " : "wrong, ");
    tkd_say_number("", s->ticks, " ");
    tkd_say(tkd_port_tick_unit());
    tkd_say("\r\n");
    for (uint16_t i = 0; i < tkd_multilabel_task()->classes; ++i) {
        say_class(samples, outputs, sample, i);
    }
    tkd_say("end of classes\r\n");
}

/* What `test` counts over all samples. */
typedef struct tkd_labels_found {
    uint32_t samples_right, right, found, there;
} tkd_labels_found;

static void add(tkd_labels_found *sum, const int8_t *outputs, uint32_t sample) {
    for (uint16_t i = 0; i < tkd_multilabel_task()->classes; ++i) {
        const int on = is_on(outputs, i);
        const int wanted = is_wanted(sample, i);
        sum->right += (uint32_t)(on && wanted);
        sum->found += (uint32_t)on;
        sum->there += (uint32_t)wanted;
    }
    sum->samples_right += (uint32_t)is_right(outputs, sample);
}

static void say_test(tkd_session *s, const tkd_samples *samples, tkd_sample_runner run) {
    tkd_labels_found sum = {0, 0, 0, 0};
    for (uint32_t i = 0; i < samples->count; ++i) {
        const tkd_status status = run(s, samples, i);
        if (status != TKD_OK) {
            tkd_say_fault(status);
            return;
        }
        add(&sum, outputs_of(s), i);
    }
    tkd_say_number("every class right in ", sum.samples_right, " of ");
    tkd_say_number("", samples->count, " samples; ");
    tkd_say_number("", sum.right, " of ");
    tkd_say_number("", sum.there, " labels found, ");
    tkd_say_number("", sum.found - sum.right, " that are none\r\n");
}

const tkd_labeller tkd_labels = {count, say_sample, say_test};
