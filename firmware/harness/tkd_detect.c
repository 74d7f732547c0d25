#include "tkd_detect.h"

#include <stddef.h>
#include <string.h>

#include "tkd_say.h"

/* Where main.c says nothing: no such model. */
__attribute__((weak)) const tkd_anomaly *tkd_anomaly_task(void) { return NULL; }

/* Firmware that begins at raw samples keeps what its front end made of them: tkd_front_invoke(). */
static void keep(const tkd_session *s) {
    if (s->model->inputs->dtype != TKD_INT8) {
        return;
    }
    memcpy(tkd_anomaly_task()->kept, tkd_session_input(s, 0), (size_t)s->model->inputs->bytes);
}

static float real(float scale, int32_t zero_point, int8_t q) { return scale * (float)(q - zero_point); }

static float error_of(const tkd_session *s) {
    const tkd_tensor_info *output = s->model->outputs;
    uint32_t bytes = output->bytes;
    const int8_t *answer = (const int8_t *)tkd_session_output(s, 0, &bytes);
    const tkd_anomaly *task = tkd_anomaly_task();
    float sum = 0.0f;
    for (uint32_t i = 0; i < output->bytes; ++i) {
        const float difference =
            real(output->scale, output->zero_point, answer[i]) - real(task->scale, task->zero_point, task->kept[i]);
        sum += difference * difference;
    }
    return sum / (float)output->bytes;
}

static int is_anomaly(const tkd_session *s) { return error_of(s) > tkd_anomaly_task()->threshold; }

/* A value that is not negative, with six digits behind the point. */
static void say_real(float value) {
    if (!(value < 4000.0e6f)) {
        tkd_say("too large"); /* also NaN */
        return;
    }
    uint32_t whole = (uint32_t)value;
    uint32_t millionths = (uint32_t)((value - (float)whole) * 1.0e6f + 0.5f);
    whole += millionths / 1000000u;
    millionths %= 1000000u;
    tkd_say_number("", whole, ".");
    for (uint32_t least = 100000u; least > 1u && millionths < least; least /= 10u) {
        tkd_say("0");
    }
    tkd_say_u32(millionths);
}

static void say_threshold(void) {
    tkd_say("threshold ");
    say_real(tkd_anomaly_task()->threshold);
    tkd_say("\r\n");
}

static void say(const tkd_session *s) {
    tkd_say("error ");
    say_real(error_of(s));
    tkd_say(", ");
    say_threshold();
}

const struct tkd_detector tkd_detector = {keep, error_of, is_anomaly, say, say_threshold};
