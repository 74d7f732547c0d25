/*
 * tests/oracle/dense.py in C, with ways to be wrong:
 *   -DMODEL_SHA256=0x..,0x..   the .tflite's
 *   -DWRONG_LAYER=n            layer n's first value is one more where input[0] > 100
 *   -DWRONG_BY=k               not by one, but by k
 *   -DWRONG_INVOKE             invoke's first output is wrong, though the layers are right
 *   -DNO_STEP                  the model has no step function
 */
#include "fake_model.h"

#define HIDDEN 16u
#define AT_HIDDEN FAKE_INPUT
#define AT_OUTPUT (FAKE_INPUT + HIDDEN)

#ifndef WRONG_LAYER
#define WRONG_LAYER 99u
#endif
#ifndef WRONG_BY
#define WRONG_BY 1
#endif

static tkd_status dense_reset(void *arena) {
    (void)arena;
    return TKD_OK;
}

static int8_t clamp(int32_t value) { return (int8_t)(value > 127 ? 127 : value < -128 ? -128 : value); }

static void dense(const int8_t *input, uint32_t inputs, int8_t *output, uint32_t outputs) {
    for (uint32_t row = 0; row < outputs; ++row) {
        int32_t sum = 0;
        for (uint32_t column = 0; column < inputs; ++column) {
            sum += input[column] * ((int32_t)((row * 7u + column * 3u) % 5u / 2u) - 1);
        }
        output[row] = clamp(sum);
    }
}

static void spoil(const int8_t *arena, int8_t *value) {
    if (arena[0] > 100) {
        *value = (int8_t)(*value > 0 ? *value - WRONG_BY : *value + WRONG_BY);
    }
}

static tkd_status dense_step(void *arena, uint16_t layer) {
    int8_t *memory = (int8_t *)arena;
    int8_t *output = memory + (layer == 0 ? AT_HIDDEN : AT_OUTPUT);
    if (layer == 0) {
        dense(memory, FAKE_INPUT, output, HIDDEN);
    } else {
        dense(memory + AT_HIDDEN, HIDDEN, output, FAKE_OUTPUT);
    }
    if (layer == WRONG_LAYER) {
        spoil(memory, output);
    }
    return TKD_OK;
}

static tkd_status dense_invoke(void *arena) {
    (void)dense_step(arena, 0);
    (void)dense_step(arena, 1);
#ifdef WRONG_INVOKE
    spoil((const int8_t *)arena, (int8_t *)arena + AT_OUTPUT);
#endif
    return TKD_OK;
}

static const tkd_tensor_info inputs[1] = {{"x", 0, FAKE_INPUT, 1.0f, 0, TKD_INT8, 2, {1, FAKE_INPUT, 0, 0, 0, 0}}};
static const tkd_tensor_info outputs[1] = {
    {"logits", AT_OUTPUT, FAKE_OUTPUT, 1.0f, 0, TKD_INT8, 2, {1, FAKE_OUTPUT, 0, 0, 0, 0}},
};
static const tkd_layer_info layers[2] = {
    {"hidden", "dense_first", FAKE_INPUT *HIDDEN, AT_HIDDEN, HIDDEN},
    {"logits", "dense_second", HIDDEN *FAKE_OUTPUT, AT_OUTPUT, FAKE_OUTPUT},
};

const tkd_model fake_model = {
    TKD_MODEL_ABI, "dense", "static", {MODEL_SHA256}, FAKE_ARENA,   1, 1, 2,
    inputs,        outputs, layers,   dense_reset,    dense_invoke,
#ifdef NO_STEP
    NULL,
#else
    dense_step,
#endif
    NULL,
};

const tkd_samples fake_samples = {0, NULL, NULL, NULL, 0};
