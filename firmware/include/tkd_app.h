/*
 * Your own code beside the model: what the harness calls in src/app.cpp. All functions are optional.
 *
 * They run in the harness's loop, on its stack, between two bytes of the serial line: return soon, and leave the
 * serial port of the link to the harness (tkd_app_say prints a line on it that frames survive).
 */
#ifndef TKD_APP_H
#define TKD_APP_H

#include <stdint.h>

#include "tkd_detection.h"
#include "tkd_model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One finished inference. The values are those of the model's first output, in place until the next inference. */
typedef struct tkd_result {
    const tkd_tensor_info *output; /* dtype, bytes, and real = scale * (q - zero_point) */
    const void *scores;            /* output->bytes of them */
    uint32_t best;                 /* the first largest score: the class; 1 for an anomaly, 0 for normal; of several
                                      labels, how many classes are on (NAME_is_on() says which) */
    uint32_t ticks;                /* that the inference took, in the port's unit */
    float error;                   /* of a model that finds anomalies: how badly it gave its input back */
    float threshold;               /* above it the error is an anomaly; 0 for any other model */
    const tkd_object *objects;     /* of a model that finds objects: them, the largest score first */
    uint16_t objects_count;        /* as `best` has it then too */
    uint8_t is_unsure;             /* of a model of texts: `best` is less probable than [text] reject_below; else 0 */
} tkd_result;

/* After each inference: of the tool's, of a person's `test` and `bench`, and of on_sample. */
void on_result(const tkd_result *result);

/*
 * Asked again and again while nobody talks to the board, if the model has one input. Fill `input`, `bytes` of it, and
 * return 1 for an inference on it; return 0 as long as there is nothing new. Gather samples in memory of your own:
 * `input` may hold anything at the next call. What a model remembers, it remembers from one sample to the next.
 */
int on_sample(void *input, uint32_t bytes);

/*
 * Where the project has [events]: after an inference on a sample of on_sample, if class `index`, called `name`, fires.
 * (score + 128) / 256 is its average confidence; of an anomaly, (score + 128) / 64 the error beside the threshold.
 */
void on_event(uint16_t index, const char *name, int8_t score);

/* A real value as a tensor of int8 wants it, rounded half away from zero: q = real / scale + zero_point. */
static inline int8_t tkd_app_quantize(const tkd_tensor_info *tensor, float real) {
    const float steps = real / tensor->scale;
    if (!(steps < 1000.0f)) {
        return 127; /* also NaN */
    }
    if (steps < -1000.0f) {
        return -128;
    }
    const int32_t whole = (int32_t)steps; /* towards zero: steps + 0.5f would round up what is just below a half */
    const float rest = steps - (float)whole;
    const int32_t q = whole + (rest >= 0.5f) - (rest <= -0.5f) + tensor->zero_point;
    return (int8_t)(q < -128 ? -128 : q > 127 ? 127 : q);
}

/* A line for a person on the serial port of the link. */
void tkd_app_say(const char *line);

#ifdef __cplusplus
}
#endif
#endif
