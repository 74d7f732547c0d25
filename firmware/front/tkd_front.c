#include "tkd_front.h"

/* Steps of all passes. */
static uint16_t steps_of(const tkd_front *f) { return (uint16_t)((uint32_t)f->passes * f->steps_count); }

static void run_step(const tkd_front *f, void *arena, uint16_t step) {
    if (step == 0) {
        f->start((uint8_t *)arena);
    }
    f->step((uint8_t *)arena, (uint16_t)(step / f->steps_count), (uint16_t)(step % f->steps_count));
}

tkd_status tkd_front_invoke(const tkd_front *f, void *arena) {
    const uint16_t steps = steps_of(f);
    for (uint16_t step = 0; step < steps; ++step) {
        run_step(f, arena, step);
    }
    return f->model->invoke(arena);
}

tkd_status tkd_front_step(const tkd_front *f, void *arena, uint16_t layer) {
    const uint16_t steps = steps_of(f);
    if (layer > steps) {
        return f->model->step(arena, (uint16_t)(layer - steps - 1u));
    }
    if (layer < steps) {
        run_step(f, arena, layer);
    }
    return TKD_OK;
}

const tkd_layer_info *tkd_front_layer(const tkd_front *f, uint16_t layer) {
    const uint16_t steps = steps_of(f);
    if (layer > steps) {
        return f->model->layers + (layer - steps - 1u);
    }
    return layer == steps ? f->steps + f->steps_count : f->steps + layer % f->steps_count;
}

const void *tkd_front_output(const tkd_front *f, const void *arena, uint16_t layer) {
    const uint8_t *const a = (const uint8_t *)arena;
    const uint16_t steps = steps_of(f);
    const tkd_layer_info *info = tkd_front_layer(f, layer);
    if (layer < steps && (layer + 1u) % f->steps_count == 0u) {
        return a + f->model->inputs->offset + layer / f->steps_count * info->output_bytes;
    }
    return a + (layer == steps ? f->model->inputs->offset : info->output_offset);
}
