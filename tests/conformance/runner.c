/*
 * Runs many compiled models on many inputs: the C side of tests/conformance/harness.py.
 *
 * Arguments: a file of samples, a file for the results. For each model of conformance_models, in order: uint32 count,
 * then count times the bytes of all inputs; out come, for each sample, the bytes of all outputs. Every model runs in an
 * arena of exactly its size, filled with rubbish first, so that AddressSanitizer sees any byte outside and a difference
 * shows any byte that was never written. Odd samples go layer by layer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tkd_model.h"

extern const tkd_model *const conformance_models[];
extern const unsigned conformance_count;

static void check(int ok, const char *what, const char *name) {
    if (!ok) {
        fprintf(stderr, "%s: %s\n", name, what);
        exit(1);
    }
}

static void transfer_in(const tkd_model *m, uint8_t *arena, FILE *from) {
    for (uint16_t i = 0; i < m->inputs_count; i++) {
        const tkd_tensor_info *t = &m->inputs[i];
        check(fread(arena + t->offset, 1, t->bytes, from) == t->bytes, "too few samples", m->name);
    }
}

static void transfer_out(const tkd_model *m, const uint8_t *arena, FILE *to) {
    for (uint16_t i = 0; i < m->outputs_count; i++) {
        const tkd_tensor_info *t = &m->outputs[i];
        check(fwrite(arena + t->offset, 1, t->bytes, to) == t->bytes, "cannot write", m->name);
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

static void run(const tkd_model *m, FILE *from, FILE *to) {
    const size_t bytes = (m->arena_bytes + TKD_ARENA_ALIGN - 1) / TKD_ARENA_ALIGN * TKD_ARENA_ALIGN;
    uint8_t *arena = (uint8_t *)malloc(bytes ? bytes : 1);
    uint32_t count = 0;
    check(arena != NULL && m->abi == TKD_MODEL_ABI, "no memory, or another ABI", m->name);
    check(fread(&count, sizeof count, 1, from) == 1, "no count", m->name);
    memset(arena, 0xA5, bytes);
    check(m->reset(arena) == TKD_OK, "reset failed", m->name);
    for (uint32_t i = 0; i < count; i++) {
        transfer_in(m, arena, from);
        infer(m, arena, (int)(i % 2));
        transfer_out(m, arena, to);
    }
    free(arena);
}

int main(int argc, char **argv) {
    check(argc == 3, "wants two files", "runner");
    FILE *from = fopen(argv[1], "rb"), *to = fopen(argv[2], "wb");
    check(from != NULL && to != NULL, "cannot open", argv[1]);
    for (unsigned i = 0; i < conformance_count; i++) {
        run(conformance_models[i], from, to);
    }
    fclose(from);
    return fclose(to);
}
