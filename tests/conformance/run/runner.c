/*
 * Runs many compiled models on many inputs: the C side of tests/conformance/harness.py.
 *
 * "in" holds for each model of conformance_models, in order: uint32 count, then count times the bytes of all inputs;
 * "out" gets, for each sample, the bytes of all outputs. Every model runs in an arena of exactly its size, filled with
 * rubbish first: a sanitizer sees any byte outside, a difference shows any byte that was never written. Odd samples go
 * layer by layer.
 */
#include <string.h>

#include "io.h"
#include "tkd_model.h"

extern const tkd_model *const conformance_models[];
extern const unsigned conformance_count;

static void check(int ok, const char *what, const char *name) {
    if (!ok) {
        io_fail(name, what);
    }
}

static void transfer_in(const tkd_model *m, uint8_t *arena) {
    for (uint16_t i = 0; i < m->inputs_count; i++) {
        io_read(arena + m->inputs[i].offset, (size_t)m->inputs[i].bytes);
    }
}

static void transfer_out(const tkd_model *m, const uint8_t *arena) {
    for (uint16_t i = 0; i < m->outputs_count; i++) {
        io_write(arena + m->outputs[i].offset, (size_t)m->outputs[i].bytes);
    }
}

static void infer(const tkd_model *m, void *arena, int by_layer) {
    if (!by_layer) {
        check(m->invoke(arena) == TKD_OK, "invoke failed", m->name);
        return;
    }
    for (uint16_t layer = 0; layer < m->layers_count; layer++) {
        check(m->step(arena, layer) == TKD_OK, "step failed", m->name);
    }
}

static void run(const tkd_model *m) {
    uint8_t *arena = io_memory((size_t)m->arena_bytes);
    uint32_t count = 0;
    check(arena != NULL && m->abi == TKD_MODEL_ABI, "no memory, or another ABI", m->name);
    io_read(&count, sizeof count);
    memset(arena, 0xA5, (size_t)m->arena_bytes);
    check(m->reset(arena) == TKD_OK, "reset failed", m->name);
    for (uint32_t i = 0; i < count; i++) {
        transfer_in(m, arena);
        infer(m, arena, (int)(i % 2));
        transfer_out(m, arena);
    }
    io_release(arena);
}

int main(void) {
    io_open();
    for (unsigned i = 0; i < conformance_count; i++) {
        run(conformance_models[i]);
    }
    io_close();
    return 0;
}
