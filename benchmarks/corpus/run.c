/* Runs one generated model on samples from stdin: all inputs in, all outputs out, each from the initial state. */
#include <stdio.h>
#include <string.h>

#include "tkd_model.h"

#define GUARD 64u

extern const tkd_model MODEL;

static _Alignas(TKD_ARENA_ALIGN) uint8_t memory[ARENA_BYTES + 2u * GUARD];

static int is_guarded(void) {
    for (size_t i = 0; i < GUARD; i++) {
        if (memory[i] != 0xA5 || memory[GUARD + ARENA_BYTES + i] != 0xA5) {
            return 0;
        }
    }
    return 1;
}

int main(void) {
    const tkd_model *model = &MODEL;
    uint8_t *arena = memory + GUARD;
    memset(memory, 0xA5, sizeof memory);
    for (;;) {
        if (model->reset(arena) != TKD_OK) {
            return 2;
        }
        for (size_t i = 0; i < model->inputs_count; i++) {
            const tkd_tensor_info *input = &model->inputs[i];
            if (fread(arena + input->offset, 1, input->bytes, stdin) != input->bytes) {
                return 0;
            }
        }
        if (model->invoke(arena) != TKD_OK) {
            return 3;
        }
        for (size_t i = 0; i < model->outputs_count; i++) {
            const tkd_tensor_info *output = &model->outputs[i];
            fwrite(arena + output->offset, 1, output->bytes, stdout);
        }
        if (!is_guarded()) {
            return 4;
        }
    }
}
