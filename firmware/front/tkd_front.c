#include "tkd_front.h"

/* Steps of all passes, and those before them. */
static uint16_t steps_of(const tkd_front *f) {
    return (uint16_t)(f->once_count + (uint32_t)f->passes * f->steps_count);
}

static int8_t *input_of(const tkd_front *f, void *arena) {
    const tkd_placement *placement = f->model->placement;
    return placement != NULL ? (int8_t *)placement->input(arena, 0) : (int8_t *)arena + f->model->inputs->offset;
}

static void run_step(const tkd_front *f, void *arena, uint16_t step) {
    if (step == 0) {
        f->start((uint8_t *)arena);
    }
    if (step < f->once_count) {
        f->once((uint8_t *)arena, step);
        return;
    }
    const uint16_t in_passes = (uint16_t)(step - f->once_count);
    f->step((uint8_t *)arena, input_of(f, arena), (uint16_t)(in_passes / f->steps_count),
            (uint16_t)(in_passes % f->steps_count));
}

tkd_status tkd_front_setup(const tkd_front *f, void *arena) {
    const tkd_placement *placement = f->model->placement;
    return placement != NULL ? placement->setup(arena, f->model->arena_bytes) : TKD_OK;
}

tkd_status tkd_front_invoke(const tkd_front *f, void *arena) {
    const uint16_t steps = steps_of(f);
    for (uint16_t step = 0; step < steps; ++step) {
        run_step(f, arena, step);
    }
    if (f->keep != NULL) {
        f->keep(input_of(f, arena));
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

static const tkd_layer_info *layer_of(const tkd_front *f, uint16_t layer) {
    const tkd_placement *placement = f->model->placement;
    return placement != NULL && placement->layer != NULL ? placement->layer(layer) : f->model->layers + layer;
}

const tkd_layer_info *tkd_front_layer(const tkd_front *f, uint16_t layer) {
    const uint16_t steps = steps_of(f);
    if (layer > steps) {
        return layer_of(f, (uint16_t)(layer - steps - 1u));
    }
    if (layer < f->once_count) {
        return f->steps + layer;
    }
    return layer == steps ? f->steps + f->once_count + f->steps_count
                          : f->steps + f->once_count + (uint16_t)(layer - f->once_count) % f->steps_count;
}

/* What a model gives at a layer of its own. */
static const void *model_layer_output(const tkd_front *f, const void *arena, uint16_t layer) {
    const tkd_placement *placement = f->model->placement;
    return placement != NULL ? placement->layer_output((void *)(uintptr_t)arena, layer)
                             : (const uint8_t *)arena + f->model->layers[layer].output_offset;
}

const void *tkd_front_layer_output(const tkd_front *f, const void *arena, uint16_t layer) {
    const uint16_t steps = steps_of(f);
    if (layer > steps) {
        return model_layer_output(f, arena, (uint16_t)(layer - steps - 1u));
    }
    const tkd_layer_info *info = tkd_front_layer(f, layer);
    const int8_t *input = input_of(f, (void *)(uintptr_t)arena);
    if (layer == steps) {
        return input;
    }
    if (layer >= f->once_count && (uint16_t)(layer - f->once_count + 1u) % f->steps_count == 0u) {
        return input + (uint16_t)(layer - f->once_count) / f->steps_count * info->output_bytes;
    }
    return (const uint8_t *)arena + info->output_offset;
}

const void *tkd_front_output(const tkd_front *f, void *arena, uint16_t index) {
    const tkd_placement *placement = f->model->placement;
    return placement != NULL ? placement->output(arena, index)
                             : (const uint8_t *)arena + f->model->outputs[index].offset;
}
