/* Runs firmware/tflm/tkd_tflm.h over the fake of TFLM; main returns 0, or the line of what is wrong. */
#include <string.h>

#include "tkd_tflm.h"

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            return __LINE__;                                                                                           \
        }                                                                                                              \
    } while (0)

namespace {

typedef tkd_tflm::Runtime<2, 2> Runtime;

bool add_ops(Runtime::Resolver &resolver) {
    return resolver.AddConv2D() == kTfLiteOk && resolver.AddReshape() == kTfLiteOk;
}

bool add_three(Runtime::Resolver &resolver) { return add_ops(resolver) && resolver.AddAdd() == kTfLiteOk; }

const tkd_tensor_info input = {"in", 0u, 4u, 1.0f, 0, TKD_INT8, 1, {4, 0, 0, 0, 0, 0}};
const tkd_tensor_info output = {"out", 0u, 4u, 1.0f, 0, TKD_INT8, 1, {4, 0, 0, 0, 0, 0}};
const uint32_t kArena = 4096u;
alignas(16) uint8_t arena[kArena];

tkd_model described(uint32_t arena_bytes) {
    tkd_model model = {};
    model.abi = TKD_MODEL_ABI;
    model.arena_bytes = arena_bytes;
    model.inputs_count = model.outputs_count = 1;
    model.layers_count = 2;
    model.inputs = &input;
    model.outputs = &output;
    return model;
}

tkd_status set_up(const uint8_t *flatbuffer, Runtime::AddOps add = add_ops, void *where = arena,
                  uint32_t bytes = kArena) {
    const tkd_model model = described(2048u);
    return Runtime::setup(where, bytes, flatbuffer, model, add);
}

int nothing_runs() {
    CHECK(Runtime::invoke(arena) == TKD_ERR_STATE);
    CHECK(Runtime::step(arena, 0) == TKD_ERR_STATE);
    CHECK(Runtime::invoke_window(arena) == TKD_ERR_STATE);
    CHECK(Runtime::reset(arena) == TKD_ERR_STATE);
    CHECK(Runtime::arena_used(arena) == 0);
    return 0;
}

int refused(const uint8_t *flatbuffer, tkd_status expected, Runtime::AddOps add = add_ops) {
    CHECK(set_up(flatbuffer, add) == expected);
    return nothing_runs();
}

const uint8_t good[8] = {3, 0, 4, 4, 3, 3, 22, 114}; /* a code that no operator uses does not matter */

int refusals() {
    const uint8_t version[8] = {4, 0, 4, 4, 2, 3, 22, 0}, allocation[8] = {3, 1, 4, 4, 2, 3, 22, 0};
    const uint8_t bytes[8] = {3, 0, 4, 5, 2, 3, 22, 0}, op[8] = {3, 0, 4, 4, 2, 3, 9, 0};
    CHECK(set_up(good) == TKD_OK); /* so that each refusal finds a runtime that was ready */
    CHECK(refused(version, TKD_ERR_MODEL) == 0);
    CHECK(set_up(good) == TKD_OK);
    CHECK(refused(allocation, TKD_ERR_RUNTIME) == 0);
    CHECK(set_up(good) == TKD_OK);
    CHECK(refused(bytes, TKD_ERR_MODEL) == 0);
    CHECK(set_up(good) == TKD_OK);
    CHECK(refused(op, TKD_ERR_MODEL) == 0);
    CHECK(refused(good, TKD_ERR_MODEL, add_three) == 0);
    CHECK(set_up(good, add_ops, NULL) == TKD_ERR_ARENA);
    CHECK(set_up(good, add_ops, arena + 8) == TKD_ERR_ARENA);
    CHECK(set_up(good, add_ops, arena, 2047u) == TKD_ERR_ARENA);
    CHECK(Runtime::invoke(NULL) == TKD_ERR_STATE);
    return 0;
}

int runs() {
    const int8_t wanted[4] = {1, 4, 7, -29}, hidden[4] = {0, 3, 6, -30}, given[4] = {0, 1, 2, -10};
    CHECK(set_up(good) == TKD_OK);
    CHECK(Runtime::arena_used(arena) == Runtime::head_bytes() + 12u);
    uint8_t *const in = static_cast<uint8_t *>(Runtime::input(arena, 0));
    CHECK(in >= arena + Runtime::head_bytes() && in < arena + kArena);
    memcpy(in, given, sizeof given);
    CHECK(Runtime::reset(arena) == TKD_OK);
    const int before = tflite::MicroInterpreter::resets();
    CHECK(Runtime::invoke(arena) == TKD_OK);
    CHECK(tflite::MicroInterpreter::resets() == before);
    CHECK(Runtime::invoke_window(arena) == TKD_OK);
    CHECK(tflite::MicroInterpreter::resets() == before + 1);
    CHECK(memcmp(Runtime::output(arena, 0), wanted, sizeof wanted) == 0);
    memset(in + 4, 0, 8);
    CHECK(Runtime::step(arena, 0) == TKD_OK);
    CHECK(memcmp(Runtime::layer_output(arena, 0), hidden, sizeof hidden) == 0);
    CHECK(memcmp(Runtime::output(arena, 0), wanted, sizeof wanted) != 0);
    CHECK(Runtime::step(arena, 1) == TKD_OK);
    CHECK(memcmp(Runtime::layer_output(arena, 1), wanted, sizeof wanted) == 0);
    CHECK(Runtime::step(arena, 2) == TKD_ERR_RANGE);
    return 0;
}

} /* namespace */

int main(void) {
    const int wrong = refusals();
    return wrong != 0 ? wrong : runs();
}
