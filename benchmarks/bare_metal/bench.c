/*
 * One compiled model on an emulated core: RUNS inferences on inputs from a generator that the host repeats, each with
 * its output and its ticks; with PROFILE, ticks by layer instead.
 */
#include <stdint.h>

#include "put.h"
#include "tkd_model.h"

#ifndef MODEL_HEADER
#error "define MODEL_HEADER, MODEL, ARENA_BYTES and RUNS"
#endif
#include MODEL_HEADER

int main(void);
uint32_t test_ticks(void);

static int8_t arena[ARENA_BYTES] __attribute__((aligned(16)));

static void fill_input(int8_t *to, uint32_t bytes, uint32_t *state) {
    while (bytes-- > 0) {
        *state = *state * 1664525u + 1013904223u;
        *to++ = (int8_t)(*state >> 24);
    }
}

#ifdef PROFILE

static void run(void) {
    for (uint16_t i = 0; i < MODEL.layers_count; i++) {
        const uint32_t start = test_ticks();
        (void)MODEL.step(arena, i);
        put((test_ticks() - start) & 0xffffffu, 8);
        test_write("\n");
    }
}

#else

static void run(void) {
    const uint32_t start = test_ticks();
    (void)MODEL_INVOKE(arena);
    put((test_ticks() - start) & 0xffffffu, 8);
    test_write(" ");
    for (uint32_t i = 0; i < OUTPUT_BYTES; i++) {
        put((uint8_t)arena[OUTPUT_OFFSET + i], 2);
    }
    test_write("\n");
}

#endif

int main(void) {
    uint32_t state = 1;
    for (int i = 0; i < RUNS; i++) {
        fill_input(arena + INPUT_OFFSET, INPUT_BYTES, &state);
        run();
    }
    return 0;
}
