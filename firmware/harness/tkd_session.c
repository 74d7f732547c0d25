#include "tkd_session.h"

#include <string.h>

#include "tkd_crc32.h"
#include "tkd_port.h"

static uint32_t total_bytes(const tkd_tensor_info *tensors, uint16_t count) {
    uint32_t bytes = 0;
    for (uint16_t i = 0; i < count; ++i) {
        bytes += tensors[i].bytes;
    }
    return bytes;
}

/* Which of `tensors` holds byte `*offset` of them all; makes `*offset` one of that tensor and cuts `*bytes` to it. */
static uint16_t find(const tkd_tensor_info *tensors, uint16_t count, uint32_t *offset, uint32_t *bytes) {
    uint16_t i = 0;
    while (i + 1 < count && *offset >= tensors[i].bytes) {
        *offset -= tensors[i].bytes;
        ++i;
    }
    const uint32_t room = tensors[i].bytes - *offset;
    *bytes = *bytes < room ? *bytes : room;
    return i;
}

uint8_t *tkd_session_input(const tkd_session *s, uint16_t index) {
    const tkd_placement *placement = s->model->placement;
    return placement != NULL ? (uint8_t *)placement->input(s->arena, index) : s->arena + s->model->inputs[index].offset;
}

static const uint8_t *output_address(const tkd_session *s, uint16_t index) {
    const tkd_placement *placement = s->model->placement;
    return placement != NULL ? (const uint8_t *)placement->output(s->arena, index)
                             : s->arena + s->model->outputs[index].offset;
}

static tkd_status set_up(const tkd_session *s) {
    const tkd_placement *placement = s->model->placement;
    const tkd_status status = placement != NULL ? placement->setup(s->arena, s->arena_bytes) : TKD_OK;
    return status != TKD_OK ? status : s->model->reset(s->arena);
}

static tkd_status check(const tkd_session *s) {
    if (s->model->abi != TKD_MODEL_ABI || s->model->reset == NULL || s->model->invoke == NULL) {
        return TKD_ERR_MODEL;
    }
    if (s->arena == NULL || (uintptr_t)s->arena % TKD_ARENA_ALIGN != 0 || s->arena_bytes < s->model->arena_bytes) {
        return TKD_ERR_ARENA;
    }
    return set_up(s);
}

static void take_model(tkd_session *s, const tkd_model *model) {
    s->model = model;
    s->fault = check(s);
    if (model->abi == TKD_MODEL_ABI) {
        s->input_bytes = total_bytes(model->inputs, model->inputs_count);
        s->output_bytes = total_bytes(model->outputs, model->outputs_count);
    }
}

void tkd_session_start(tkd_session *s, const tkd_model *model, void *arena, uint32_t arena_bytes,
                       const tkd_firmware *firmware) {
    memset(s, 0, sizeof *s);
    s->firmware = firmware;
    s->arena = (uint8_t *)arena;
    s->arena_bytes = arena_bytes;
    take_model(s, model);
}

void tkd_session_use(tkd_session *s, const tkd_model *model) {
    if (s->model != model) {
        s->phase = TKD_PHASE_IDLE;
        take_model(s, model);
    }
}

void *tkd_session_lend(tkd_session *s) {
    s->phase = TKD_PHASE_IDLE;
    s->is_lent = 1;
    return s->arena;
}

void tkd_session_take_back(tkd_session *s) {
    if (s->is_lent) {
        s->is_lent = 0;
        s->fault = check(s);
    }
}

static tkd_status begin_job(tkd_session *s, uint16_t tag) {
    s->tag = tag;
    s->filled = 0;
    s->phase = TKD_PHASE_INPUT;
    return s->model->reset(s->arena);
}

static void copy_in(const tkd_session *s, uint32_t offset, const uint8_t *data, uint32_t bytes) {
    while (bytes > 0) {
        uint32_t piece = bytes;
        uint32_t at = offset;
        const uint16_t index = find(s->model->inputs, s->model->inputs_count, &at, &piece);
        memcpy(tkd_session_input(s, index) + at, data, (size_t)piece);
        data += piece;
        offset += piece;
        bytes -= piece;
    }
}

tkd_status tkd_session_write(tkd_session *s, uint16_t tag, uint32_t offset, const void *data, uint32_t bytes) {
    if (s->fault != TKD_OK) {
        return s->fault;
    }
    if (offset > s->input_bytes || bytes > s->input_bytes - offset) {
        return TKD_ERR_RANGE;
    }
    if (offset == 0) {
        const tkd_status status = begin_job(s, tag);
        if (status != TKD_OK) {
            s->phase = TKD_PHASE_IDLE;
            return status;
        }
    }
    if (s->phase != TKD_PHASE_INPUT || tag != s->tag || offset > s->filled) {
        return TKD_ERR_STATE;
    }
    copy_in(s, offset, (const uint8_t *)data, bytes);
    s->filled = offset + bytes > s->filled ? offset + bytes : s->filled;
    return TKD_OK;
}

/* CRC-32 over all inputs, one after another, from where they lie; and over all outputs. */
static uint32_t hash_inputs(const tkd_session *s) {
    uint32_t crc = TKD_CRC32_START;
    for (uint16_t i = 0; i < s->model->inputs_count; ++i) {
        crc = tkd_crc32_feed(crc, tkd_session_input(s, i), (size_t)s->model->inputs[i].bytes);
    }
    return ~crc;
}

static uint32_t hash_outputs(const tkd_session *s) {
    uint32_t crc = TKD_CRC32_START;
    for (uint16_t i = 0; i < s->model->outputs_count; ++i) {
        crc = tkd_crc32_feed(crc, output_address(s, i), (size_t)s->model->outputs[i].bytes);
    }
    return ~crc;
}

static int input_is_whole(const tkd_session *s, uint16_t tag) {
    return s->phase == TKD_PHASE_INPUT && s->tag == tag && s->filled == s->input_bytes;
}

int tkd_session_is_done(const tkd_session *s, uint16_t tag, uint32_t hash) {
    return s->phase == TKD_PHASE_DONE && s->tag == tag && s->input_hash == hash;
}

tkd_status tkd_session_check(tkd_session *s, uint16_t tag, uint32_t hash) {
    if (s->fault != TKD_OK || !input_is_whole(s, tag)) {
        return s->fault;
    }
    s->input_hash = hash_inputs(s);
    if (s->input_hash != hash) {
        s->phase = TKD_PHASE_IDLE;
        return TKD_ERR_HASH;
    }
    return TKD_OK;
}

/* One whole inference, after which the session is in `phase`; then it is the observer's turn. */
static tkd_status invoke(tkd_session *s, tkd_phase phase) {
    const tkd_session_observer *observer = s->observer;
    s->phase = TKD_PHASE_IDLE;
    if (observer != NULL && observer->before != NULL) {
        observer->before(s);
    }
    const uint32_t before = tkd_port_ticks();
    const tkd_status status = s->model->invoke(s->arena);
    s->ticks = tkd_port_ticks() - before;
    if (status == TKD_OK) {
        s->phase = phase;
        s->output_hash = hash_outputs(s);
        if (observer != NULL && observer->after != NULL) {
            observer->after(s);
        }
    }
    return status;
}

tkd_status tkd_session_run(tkd_session *s, uint16_t tag) {
    if (s->fault != TKD_OK) {
        return s->fault;
    }
    if (s->phase == TKD_PHASE_DONE && s->tag == tag) {
        return TKD_OK;
    }
    if (!input_is_whole(s, tag)) {
        return TKD_ERR_STATE;
    }
    return invoke(s, TKD_PHASE_DONE);
}

tkd_status tkd_session_sample(tkd_session *s) {
    if (s->phase != TKD_PHASE_SAMPLE) {
        const tkd_status status = s->model->reset(s->arena);
        if (status != TKD_OK) {
            return status;
        }
    }
    return invoke(s, TKD_PHASE_SAMPLE);
}

tkd_status tkd_session_step(tkd_session *s, uint16_t tag, uint16_t layer) {
    if (s->fault != TKD_OK) {
        return s->fault;
    }
    if (s->model->step == NULL || layer >= s->model->layers_count) {
        return TKD_ERR_RANGE;
    }
    if (input_is_whole(s, tag)) {
        s->phase = TKD_PHASE_STEP;
        s->next_layer = 0;
    }
    if (s->phase != TKD_PHASE_STEP || s->tag != tag || layer > s->next_layer || layer + 1 < s->next_layer) {
        return TKD_ERR_STATE;
    }
    if (layer + 1 == s->next_layer) {
        return TKD_OK;
    }
    const uint32_t before = tkd_port_ticks();
    const tkd_status status = s->model->step(s->arena, layer);
    s->ticks = tkd_port_ticks() - before;
    s->next_layer = (uint16_t)(layer + 1);
    if (status != TKD_OK) {
        s->phase = TKD_PHASE_IDLE;
    }
    return status;
}

const tkd_layer_info *tkd_session_layer_info(const tkd_session *s, uint16_t index) {
    const tkd_placement *placement = s->model->placement;
    return placement != NULL && placement->layer != NULL ? placement->layer(index) : s->model->layers + index;
}

const uint8_t *tkd_session_layer(const tkd_session *s, uint32_t *bytes) {
    if (s->phase != TKD_PHASE_STEP || s->next_layer == 0) {
        return NULL;
    }
    const uint16_t layer = (uint16_t)(s->next_layer - 1);
    const tkd_placement *placement = s->model->placement;
    const tkd_layer_info *info = tkd_session_layer_info(s, layer);
    *bytes = info->output_bytes;
    return placement != NULL ? (const uint8_t *)placement->layer_output(s->arena, layer)
                             : s->arena + info->output_offset;
}

const uint8_t *tkd_session_output(const tkd_session *s, uint32_t offset, uint32_t *bytes) {
    const uint16_t index = find(s->model->outputs, s->model->outputs_count, &offset, bytes);
    return output_address(s, index) + offset;
}

uint32_t tkd_session_arena_needed(const tkd_session *s) {
    const tkd_placement *placement = s->model->placement;
    const uint32_t used = placement != NULL && s->fault == TKD_OK ? placement->arena_used(s->arena) : 0;
    return used != 0 ? used : s->model->arena_bytes;
}
