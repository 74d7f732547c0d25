#include "tkd_mlperf_data.h"

#include <string.h>

#include "tkd_say.h"

#define LARGEST 2.0e6f /* a real value beyond which it is shown as this: 1000 times it fits an int32_t */
#define THOUSANDTHS 1000u

static float buffer_float(const tkd_mlperf *b, uint32_t index) {
    float value;
    memcpy(&value, b->buffer + (size_t)index * sizeof value, sizeof value);
    return value;
}

/* Round half away from zero, add the zero point, clamp: tinykd/graph/quantize.py. */
static int8_t quantize(float real, const tkd_tensor_info *t) {
    const float ratio = real / t->scale;
    if (!(ratio < 512.0f)) {
        return INT8_MAX; /* also NaN */
    }
    if (ratio < -512.0f) {
        return INT8_MIN;
    }
    int32_t whole = (int32_t)ratio; /* towards zero */
    const float rest = ratio - (float)whole;
    whole += (rest >= 0.5f) - (rest <= -0.5f) + t->zero_point;
    return (int8_t)(whole < INT8_MIN ? INT8_MIN : (whole > INT8_MAX ? INT8_MAX : whole));
}

static uint8_t input_byte(const tkd_mlperf *b, const tkd_tensor_info *input, uint32_t index) {
    switch (b->input) {
    case TKD_MLPERF_UINT8:
        return (uint8_t)(b->buffer[index] ^ 0x80u); /* less 128, as int8 */
    case TKD_MLPERF_FLOAT32:
        return (uint8_t)quantize(buffer_float(b, index), input);
    default:
        return b->buffer[index];
    }
}

void tkd_mlperf_load(const tkd_session *s, const tkd_mlperf *b) {
    uint8_t *to = tkd_session_input(s, 0);
    for (uint32_t i = 0; i < s->input_bytes; ++i) {
        to[i] = input_byte(b, s->model->inputs, i);
    }
}

static float output_real(const tkd_session *s, uint32_t index) {
    const tkd_tensor_info *t = s->model->outputs;
    uint32_t bytes = 1;
    const int8_t q = (int8_t)*tkd_session_output(s, index, &bytes);
    return t->scale * (float)(q - t->zero_point);
}

/* "0.123" or "-4.500"; cut towards zero. */
static void say_real(float value) {
    const float size = value < 0.0f ? -value : value;
    const uint32_t parts = size < LARGEST ? (uint32_t)(size * 1000.0f) : (uint32_t)(LARGEST * 1000.0f);
    const uint32_t rest = parts % THOUSANDTHS;
    tkd_say(value < 0.0f && parts > 0 ? "-" : "");
    tkd_say_number("", parts / THOUSANDTHS, ".");
    tkd_say_u32(rest / 100u);
    tkd_say_u32(rest / 10u % 10u);
    tkd_say_u32(rest % 10u);
}

/* The mean square of what the model, an autoencoder, does not reconstruct. */
static float reconstruction_error(const tkd_session *s, const tkd_mlperf *b) {
    float sum = 0.0f;
    for (uint32_t i = 0; i < s->output_bytes; ++i) {
        const float gap = output_real(s, i) - buffer_float(b, i);
        sum += gap * gap;
    }
    return sum / (float)s->output_bytes;
}

/* e^x for x <= 0, to 5 digits: 2^n * e^r with |r| <= ln(2) / 2, and Taylor's series for e^r. */
static float exp_negative(float x) {
    if (x < -20.0f) {
        return 0.0f;
    }
    const int32_t n = (int32_t)(x * 1.44269504f - 0.5f);
    const float r = x - (float)n * 0.69314718f;
    float value = 1.0f + r * (1.0f + r * (0.5f + r * (0.16666667f + r * (0.041666667f + r * 0.0083333333f))));
    for (int32_t i = n; i < 0; ++i) {
        value *= 0.5f;
    }
    return value;
}

/* True when the scores can be negative: logits. The runner divides scores by their sum, which wants probabilities. */
static int are_logits(const tkd_tensor_info *output) { return output->bytes > 1u && output->zero_point > INT8_MIN; }

static float largest_real(const tkd_session *s) {
    float largest = output_real(s, 0);
    for (uint32_t i = 1; i < s->model->outputs[0].bytes; ++i) {
        const float value = output_real(s, i);
        largest = value > largest ? value : largest;
    }
    return largest;
}

/* Softmax of the logits; their order stays what it is. */
static void say_probabilities(const tkd_session *s) {
    const float largest = largest_real(s);
    float sum = 0.0f;
    for (uint32_t i = 0; i < s->model->outputs[0].bytes; ++i) {
        sum += exp_negative(output_real(s, i) - largest);
    }
    for (uint32_t i = 0; i < s->model->outputs[0].bytes; ++i) {
        tkd_say(i > 0 ? "," : "");
        say_real(exp_negative(output_real(s, i) - largest) / sum);
    }
}

void tkd_mlperf_results(const tkd_session *s, const tkd_mlperf *b) {
    tkd_say("m-results-[");
    if (b->input == TKD_MLPERF_FLOAT32) {
        say_real(reconstruction_error(s, b));
    } else if (are_logits(s->model->outputs)) {
        say_probabilities(s);
    } else {
        for (uint32_t i = 0; i < s->model->outputs[0].bytes; ++i) {
            tkd_say(i > 0 ? "," : "");
            say_real(output_real(s, i));
        }
    }
    tkd_say("]\r\n");
}
