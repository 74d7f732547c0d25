/*
 * hidden[i] = input[i] * 3 + 1 (in place, so that a second run on the same arena gives another answer),
 * output[j] = sum of hidden[i], i % OUTPUT == j, plus how often it was invoked since reset, minus 1; modulo 256.
 * tests/link/boards.py computes the same.
 */
#include "fake_model.h"

#include "tkd_port.h"

/* With FAKE_PLACED the model sets itself up: all lies FAKE_SHIFT bytes further, and the infos' offsets say nothing. */
#ifdef FAKE_PLACED
#define FAKE_SHIFT 16u
#define FAKE_AT(offset) 0xFFFFFF00u
#define FAKE_PLACEMENT (&placement)
#else
#define FAKE_SHIFT 0u
#define FAKE_AT(offset) (offset)
#define FAKE_PLACEMENT NULL
#endif

/* The arena: input and hidden, output, then one byte that counts. */
static tkd_status fake_reset(void *arena) {
    ((uint8_t *)arena)[FAKE_SHIFT + FAKE_INPUT + FAKE_OUTPUT] = 0;
    return TKD_OK;
}

static tkd_status fake_step(void *arena, uint16_t layer) {
    uint8_t *hidden = (uint8_t *)arena + FAKE_SHIFT;
    uint8_t *output = hidden + FAKE_INPUT;
    if (layer == 0) {
        for (uint32_t i = 0; i < FAKE_INPUT; ++i) {
            hidden[i] = (uint8_t)(hidden[i] * 3u + 1u);
        }
        return TKD_OK;
    }
    for (uint32_t j = 0; j < FAKE_OUTPUT; ++j) {
        output[j] = output[FAKE_OUTPUT];
    }
    for (uint32_t i = 0; i < FAKE_INPUT; ++i) {
        output[i % FAKE_OUTPUT] = (uint8_t)(output[i % FAKE_OUTPUT] + hidden[i]);
    }
    ++output[FAKE_OUTPUT];
    return TKD_OK;
}

static tkd_status fake_invoke(void *arena) {
#ifdef FAKE_PLACED
    if (((const uint8_t *)arena)[0] != 1) {
        return TKD_ERR_RUNTIME; /* what the setup left is gone */
    }
#endif
    (void)fake_step(arena, 0);
    return fake_step(arena, 1);
}

#ifdef FAKE_PLACED
static tkd_status fake_setup(void *arena, uint32_t arena_bytes) {
    ((uint8_t *)arena)[0] = 1;
    return arena_bytes >= FAKE_ARENA ? FAKE_SETUP : TKD_ERR_ARENA;
}

static void *fake_input(void *arena, uint16_t index) {
    return (uint8_t *)arena + FAKE_SHIFT + (index == 0 ? 0 : FAKE_INPUT / 2);
}

static const void *fake_output(void *arena, uint16_t index) {
    return (uint8_t *)arena + FAKE_SHIFT + FAKE_INPUT + index;
}

static const void *fake_layer_output(void *arena, uint16_t layer) {
    return layer == 0 ? fake_input(arena, 0) : fake_output(arena, 0);
}

static uint32_t fake_used(const void *arena) { return ((const uint8_t *)arena)[0] == 1 ? FAKE_ARENA - 7u : 0u; }

static const tkd_placement placement = {fake_setup, fake_input, fake_output, fake_layer_output, fake_used, NULL};
#endif

/* Two tensors each way where there are bytes enough, to cross their borders. */
static const tkd_tensor_info inputs[2] = {
    {"left", FAKE_AT(0), FAKE_INPUT / 2, 0.5f, -3, TKD_INT8, 2, {1, FAKE_INPUT / 2, 0, 0, 0, 0}},
    {"right",
     FAKE_AT(FAKE_INPUT / 2),
     FAKE_INPUT - FAKE_INPUT / 2,
     0.5f,
     -3,
     TKD_INT8,
     2,
     {1, FAKE_INPUT - FAKE_INPUT / 2, 0, 0, 0, 0}},
};
static const tkd_tensor_info outputs[1] = {
    {"logits", FAKE_AT(FAKE_INPUT), FAKE_OUTPUT, 0.25f, 7, TKD_INT8, 2, {1, FAKE_OUTPUT, 0, 0, 0, 0}},
};
static const tkd_layer_info layers[2] = {
    {"hidden", "fake_hidden", FAKE_INPUT, FAKE_AT(0), FAKE_INPUT},
    {"logits", "fake_logits", FAKE_INPUT, FAKE_AT(FAKE_INPUT), FAKE_OUTPUT},
};

const tkd_model fake_model = {
    TKD_MODEL_ABI,
    "fake",
    "static",
    {0xAB, 0xCD, 1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14,
     15,   16,   17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30},
    FAKE_ARENA,
    2,
    1,
    2,
    inputs,
    outputs,
    layers,
    fake_reset,
    fake_invoke,
    fake_step,
    FAKE_PLACEMENT,
};

static const int8_t sample_inputs[3][FAKE_INPUT] = {{0}, {1}, {0, 0, 100}};
static const uint16_t sample_classes[3] = {0, 1, 2};
static const char *const names[3] = {"zero", "one", "two"};
const tkd_samples fake_samples = {3, &sample_inputs[0][0], sample_classes, names, 3};
