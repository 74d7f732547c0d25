/* What stands for the user's code where there is none, and how the harness calls it. */
#include "tkd_app.h"

#include <string.h>

#include "tkd_answer.h"
#include "tkd_app_hooks.h"
#include "tkd_detect.h"
#include "tkd_labels.h"
#include "tkd_port.h"
#include "tkd_seen.h"

__attribute__((weak)) void on_result(const tkd_result *result) { (void)result; }

__attribute__((weak)) int on_sample(void *input, uint32_t bytes) {
    (void)input;
    (void)bytes;
    return TKD_APP_NOBODY;
}

__attribute__((weak)) void on_event(uint16_t index, const char *name, int8_t score) {
    (void)index;
    (void)name;
    (void)score;
}

__attribute__((weak)) void tkd_app_stream(const tkd_result *result, int begins, tkd_app_heard *heard) {
    (void)result;
    (void)begins;
    (void)heard;
}

void tkd_app_say(const char *line) {
    tkd_port_write((const uint8_t *)line, strlen(line));
    tkd_port_write((const uint8_t *)"\r\n", 2);
}

__attribute__((weak)) int tkd_app_ask(tkd_session *s) {
    return on_sample(tkd_session_input(s, 0), s->model->inputs->bytes);
}

static int32_t score(const void *scores, uint8_t dtype, uint32_t index) {
    switch (dtype) {
    case TKD_INT8:
        return ((const int8_t *)scores)[index];
    case TKD_INT16:
        return ((const int16_t *)scores)[index];
    default:
        return ((const uint8_t *)scores)[index];
    }
}

static uint32_t best_score(const void *scores, const tkd_tensor_info *output) {
    const uint32_t count = output->dtype == TKD_INT16 ? output->bytes / 2u : output->bytes;
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; ++i) {
        if (score(scores, output->dtype, i) > score(scores, output->dtype, best)) {
            best = i;
        }
    }
    return best;
}

/* Before an inference that may overwrite it: of a model that finds anomalies, its input. */
static void keep_input(const tkd_session *s) {
    const tkd_anomaly *task = tkd_anomaly_task();
    if (task != NULL) {
        task->detector->keep(s);
    }
}

/* Of the inference that has just ended. */
static tkd_result result_of(const tkd_session *s) {
    const tkd_tensor_info *output = s->model->outputs;
    const uint8_t dtype = output->dtype;
    uint32_t bytes = output->bytes;
    const tkd_anomaly *task = tkd_anomaly_task();
    const tkd_detection *detection = tkd_detection_task();
    const tkd_multilabel *labels = tkd_multilabel_task();
    tkd_result result = {output, tkd_session_output(s, 0, &bytes), 0, s->ticks, 0.0f, 0.0f, NULL, 0, 0};
    if (task != NULL) {
        result.error = task->detector->error(s);
        result.threshold = task->threshold;
        result.best = task->detector->is_anomaly(s) ? 1u : 0u;
    } else if (detection != NULL) {
        result.objects_count = detection->seer->find(s, detection);
        result.objects = detection->found;
        result.best = result.objects_count;
    } else if (labels != NULL) {
        result.best = labels->labeller->count(s);
    } else if (dtype == TKD_INT8 || dtype == TKD_UINT8 || dtype == TKD_INT16) {
        result.best = best_score(result.scores, output);
    }
    if (tkd_texts_task() != NULL) {
        result.is_unsure = (uint8_t)tkd_texts_task()->answerer->is_unsure(s);
    }
    return result;
}

static void tell_result(const tkd_session *s) {
    const tkd_result result = result_of(s);
    on_result(&result);
}

tkd_status tkd_app_infer(tkd_session *s, int begins, tkd_app_heard *heard) {
    static const tkd_app_heard nothing = {NULL, 0, -1, 0};
    *heard = nothing;
    if (begins && s->phase == TKD_PHASE_SAMPLE) {
        s->phase = TKD_PHASE_IDLE;
    }
    begins = s->phase != TKD_PHASE_SAMPLE;
    const tkd_status status = tkd_session_sample(s);
    if (status == TKD_OK) {
        const tkd_result result = result_of(s);
        tkd_app_stream(&result, begins, heard);
    }
    return status;
}

void tkd_app_observe(tkd_session *s) {
    static const tkd_session_observer observer = {keep_input, tell_result};
    s->observer = &observer;
}

int tkd_app_poll(tkd_session *s) {
    if (s->fault != TKD_OK || s->model->inputs_count != 1) {
        return 0;
    }
    const int answer = tkd_app_ask(s);
    if (answer == TKD_APP_NOBODY) {
        return 0;
    }
    if (answer > 0) {
        tkd_app_heard heard;
        (void)tkd_app_infer(s, 0, &heard);
    } else if (s->phase != TKD_PHASE_SAMPLE) {
        s->phase = TKD_PHASE_IDLE; /* what it wrote may lie over a tool's inputs, layers or outputs */
    }
    return 1;
}
