/*
 * A front end on any machine that tests/conformance/run has surroundings for: "in" holds uint32
 * count and so many raw samples, "out" gets what each step of each gives, then the model's input. No model is behind
 * it.
 */
#include "front_raw.h"
#include "io.h"

static uint8_t arena[FRONT_RAW_ARENA_BYTES] __attribute__((aligned(TKD_ARENA_ALIGN)));

static tkd_status nothing(void *memory) {
    (void)memory;
    return TKD_OK;
}

static const tkd_tensor_info inputs[1] = {
    {"input", 0u, FRONT_INPUT_BYTES, FRONT_INPUT_SCALE, FRONT_INPUT_ZERO_POINT, TKD_INT8, 1, {1}}};

#ifdef PLACED /* as the runtime tflm: the model says where its input lies once it is set up */
static uint8_t elsewhere[FRONT_INPUT_BYTES];
static int is_set_up;

static tkd_status set_up(void *memory, uint32_t bytes) {
    is_set_up = memory == arena && bytes == FRONT_ARENA_BYTES;
    return TKD_OK;
}

static void *place(void *memory, uint16_t index) {
    (void)memory;
    (void)index;
    return is_set_up ? elsewhere : NULL;
}

static const tkd_placement placement = {set_up, place, NULL, NULL, NULL, NULL};
#define PLACEMENT &placement
#else
#define PLACEMENT NULL
#endif

const tkd_model front_model = {
    TKD_MODEL_ABI, "front", "static", {0},     FRONT_ARENA_BYTES, 1,    0,         0,
    inputs,        NULL,    NULL,     nothing, nothing,           NULL, PLACEMENT,
};

static void send(uint16_t layer) {
    const tkd_model *model = &front_raw_model;
    if (model->step(arena, layer) != TKD_OK) {
        io_fail("front", "a step fails");
    }
    io_write(model->placement->layer_output(arena, layer), (size_t)model->placement->layer(layer)->output_bytes);
}

int main(void) {
    const tkd_model *model = &front_raw_model;
    uint32_t count = 0;
    io_open();
    io_read(&count, sizeof count);
    if (model->placement->setup(arena, sizeof arena) != TKD_OK || model->reset(arena) != TKD_OK) {
        io_fail("front", "it does not start");
    }
    for (; count > 0; --count) {
        io_read(model->placement->input(arena, 0), (size_t)model->inputs->bytes);
        for (uint16_t layer = 0; layer < model->layers_count; ++layer) {
            send(layer);
        }
    }
    io_close();
    return 0;
}
