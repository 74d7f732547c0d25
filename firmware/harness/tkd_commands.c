#include "tkd_commands.h"

#include <string.h>

#include "tkd_bytes.h"
#include "tkd_crc32.h"
#include "tkd_port.h"
#include "tkd_protocol.h"
#include "tkd_sensing.h"

#define MAX_TEXT 64u /* of each string in hello, so that all of them fit one reply */
#define MAX_NAME 240u
#define RESULT_HEAD 12u /* ticks, hash of the inputs, hash of the outputs */
#define MAX_OUTPUT (TKD_LINK_MAX_REPLY - RESULT_HEAD)
#define INFER_HEAD 4u  /* hash */
#define WRITE_HEAD 6u  /* tag, offset */
#define RUN_HEAD 12u   /* hash, most bytes of output, tag, offset */
#define LAYER_HEAD 12u /* of one record: its length, macs, output bytes, two lengths of texts */

__attribute__((weak)) tkd_status tkd_slot_answer(tkd_tx *tx, const tkd_rx_frame *request) {
    (void)tx;
    (void)request;
    return TKD_ERR_FRAME;
}

__attribute__((weak)) const tkd_model *tkd_slot_model(const tkd_model *built_in, const char *firmware) {
    (void)firmware;
    return built_in;
}

static uint8_t text_length(const char *text, uint32_t most) {
    return (uint8_t)tkd_min_u32((uint32_t)strlen(text), most);
}

static void put_text(tkd_tx *tx, const char *text, uint32_t most) {
    const uint8_t length = text_length(text, most);
    tkd_tx_u8(tx, length);
    tkd_tx_put(tx, text, length);
}

static void begin_reply(tkd_tx *tx, const tkd_rx_frame *request) {
    tkd_tx_begin(tx, (uint8_t)(request->type + TKD_REPLY), request->sequence);
}

static void put_output(const tkd_session *s, tkd_tx *tx, uint32_t offset, uint32_t bytes) {
    while (bytes > 0) {
        uint32_t piece = bytes;
        const uint8_t *from = tkd_session_output(s, offset, &piece);
        tkd_tx_put(tx, from, (size_t)piece);
        offset += piece;
        bytes -= piece;
    }
}

static void reply_result(const tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request, uint32_t most) {
    begin_reply(tx, request);
    tkd_tx_u32(tx, s->ticks);
    tkd_tx_u32(tx, s->input_hash);
    tkd_tx_u32(tx, s->output_hash);
    put_output(s, tx, 0, tkd_min_u32(s->output_bytes, tkd_min_u32(most, MAX_OUTPUT)));
    tkd_tx_end(tx);
}

static uint16_t steps_count(const tkd_model *model) {
    return (uint16_t)(model->step != NULL ? model->layers_count : 0);
}

static void put_fact(tkd_tx *tx, uint8_t key, const char *text) {
    tkd_tx_u8(tx, key);
    put_text(tx, text, MAX_TEXT);
}

/* Which extensions of its core the code was compiled for. */
#if defined(__ARM_FEATURE_MVE)
#define FEATURE_SIMD "mve "
#elif defined(__ARM_FEATURE_DSP)
#define FEATURE_SIMD "dsp "
#else
#define FEATURE_SIMD ""
#endif
#if defined(__ARM_FP) || defined(__riscv_flen) || defined(__XTENSA__)
#define FEATURES FEATURE_SIMD "fpu"
#else
#define FEATURES FEATURE_SIMD
#endif

static void put_facts(const tkd_session *s, tkd_tx *tx) {
    put_fact(tx, TKD_FACT_MODEL, s->model->name);
    put_fact(tx, TKD_FACT_RUNTIME, s->model->runtime);
    put_fact(tx, TKD_FACT_TICK_UNIT, tkd_port_tick_unit());
    put_fact(tx, TKD_FACT_BUILD, s->firmware->build);
    put_fact(tx, TKD_FACT_COMPILER, __VERSION__);
    put_fact(tx, TKD_FACT_FIRMWARE, s->firmware->id);
    put_fact(tx, TKD_FACT_FEATURES, FEATURES);
    put_fact(tx, TKD_FACT_CACHES, tkd_port_caches());
    put_fact(tx, TKD_FACT_KERNELS, s->firmware->kernels);
    put_fact(tx, TKD_FACT_ROUNDING, s->firmware->rounding);
    tkd_tx_u8(tx, TKD_FACT_CORE_HZ);
    tkd_tx_u8(tx, 4);
    tkd_tx_u32(tx, tkd_port_core_hz());
}

/*
 * Payload: nonce u32, which is echoed; the lowest and the highest version that the tool speaks; perhaps more, from
 * a newer tool. This firmware speaks one version and says which. Whatever was going on is forgotten.
 */
static tkd_status answer_hello(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->length < 4) {
        return TKD_ERR_FRAME;
    }
    const tkd_model *m = s->model;
    s->phase = TKD_PHASE_IDLE;
    begin_reply(tx, request);
    tkd_tx_put(tx, request->payload, 4);
    tkd_tx_u8(tx, TKD_PROTOCOL_VERSION);
    tkd_tx_u8(tx, (uint8_t)s->fault);
    tkd_tx_u16(tx, TKD_LINK_MAX_PAYLOAD);
    tkd_tx_u16(tx, TKD_LINK_MAX_REPLY);
    tkd_tx_u16(tx, steps_count(m));
    tkd_tx_u32(tx, tkd_port_rx_window());
    tkd_tx_u32(tx, tkd_port_tick_hz());
    tkd_tx_u32(tx, tkd_session_arena_needed(s));
    tkd_tx_u32(tx, s->arena_bytes);
    tkd_tx_u32(tx, s->input_bytes);
    tkd_tx_u32(tx, s->output_bytes);
    tkd_tx_put(tx, m->sha256, sizeof m->sha256);
    put_facts(s, tx);
    tkd_tx_end(tx);
    return TKD_OK;
}

/* CRC-32 over the model's hash and the firmware's identity: who answers, in four bytes. */
static uint32_t identity(const tkd_session *s) {
    const uint32_t crc = tkd_crc32_feed(TKD_CRC32_START, s->model->sha256, sizeof s->model->sha256);
    return ~tkd_crc32_feed(crc, (const uint8_t *)s->firmware->id, text_length(s->firmware->id, MAX_TEXT));
}

/* Payload: nonce u32. Reply: nonce, identity u32. Nothing is forgotten: short, to get in step again on a bad line. */
static tkd_status answer_sync(const tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->length != 4) {
        return TKD_ERR_FRAME;
    }
    begin_reply(tx, request);
    tkd_tx_put(tx, request->payload, 4);
    tkd_tx_u32(tx, identity(s));
    tkd_tx_end(tx);
    return TKD_OK;
}

/* The inputs of job `tag` are written: held against their hash, then computed. */
static tkd_status check_and_run(tkd_session *s, uint16_t tag, uint32_t hash) {
    const tkd_status status = tkd_session_check(s, tag, hash);
    return status != TKD_OK ? status : tkd_session_run(s, tag);
}

/*
 * Payload: hash u32 of the inputs, all inputs. Reply: ticks u32, hash u32 of the inputs as they lay in the arena, hash
 * u32 of the outputs, all outputs. The same frame again is answered, not computed, again.
 */
static tkd_status answer_infer(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->length != INFER_HEAD + s->input_bytes || s->output_bytes > MAX_OUTPUT) {
        return s->fault != TKD_OK ? s->fault : TKD_ERR_RANGE;
    }
    const uint32_t hash = tkd_get_u32(request->payload);
    if (!tkd_session_is_done(s, 0, hash) || s->request != request->crc) {
        tkd_status status = tkd_session_write(s, 0, 0, request->payload + INFER_HEAD, s->input_bytes);
        if (status == TKD_OK) {
            status = check_and_run(s, 0, hash);
        }
        if (status != TKD_OK) {
            return status;
        }
        s->request = request->crc;
    }
    reply_result(s, tx, request, MAX_OUTPUT);
    return TKD_OK;
}

/* `piece`: tag u16 (not 0), offset u32, bytes. */
static tkd_status write_piece(tkd_session *s, const uint8_t *piece, uint32_t length) {
    const uint16_t tag = tkd_get_u16(piece);
    if (tag == 0) {
        return TKD_ERR_RANGE;
    }
    return tkd_session_write(s, tag, tkd_get_u32(piece + 2), piece + WRITE_HEAD, length - WRITE_HEAD);
}

/* Payload: a piece. */
static tkd_status answer_write(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->length < WRITE_HEAD) {
        return TKD_ERR_FRAME;
    }
    const tkd_status status = write_piece(s, request->payload, request->length);
    if (status == TKD_OK) {
        begin_reply(tx, request);
        tkd_tx_end(tx);
    }
    return status;
}

/*
 * Payload: hash u32 of the inputs, most u16 bytes of outputs in the reply, the inputs' last piece. Reply: as to infer,
 * the outputs as far as they fit.
 */
static tkd_status answer_run(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->length < RUN_HEAD) {
        return TKD_ERR_FRAME;
    }
    const uint32_t hash = tkd_get_u32(request->payload);
    const uint16_t tag = tkd_get_u16(request->payload + 6);
    if (!tkd_session_is_done(s, tag, hash)) {
        tkd_status status = write_piece(s, request->payload + 6, request->length - 6u);
        if (status == TKD_OK) {
            status = check_and_run(s, tag, hash);
        }
        if (status != TKD_OK) {
            return status;
        }
    }
    reply_result(s, tx, request, tkd_get_u16(request->payload + 4));
    return TKD_OK;
}

/* Payload: hash u32 of the inputs, tag u16, layer u16. Reply: ticks u32 of this layer, hash u32 of its output. */
static tkd_status answer_step(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->length != 8) {
        return TKD_ERR_FRAME;
    }
    const uint16_t tag = tkd_get_u16(request->payload + 4);
    tkd_status status = tkd_session_check(s, tag, tkd_get_u32(request->payload));
    if (status == TKD_OK) {
        status = tkd_session_step(s, tag, tkd_get_u16(request->payload + 6));
    }
    if (status == TKD_OK) {
        uint32_t bytes = 0;
        const uint8_t *output = tkd_session_layer(s, &bytes);
        begin_reply(tx, request);
        tkd_tx_u32(tx, s->ticks);
        tkd_tx_u32(tx, ~tkd_crc32_feed(TKD_CRC32_START, output, (size_t)bytes));
        tkd_tx_end(tx);
    }
    return status;
}

static int fits(uint32_t offset, uint32_t bytes, uint32_t total) {
    return bytes <= TKD_LINK_MAX_REPLY && offset <= total && bytes <= total - offset;
}

static tkd_status read_output(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request, uint32_t offset,
                              uint16_t bytes) {
    if (s->phase != TKD_PHASE_DONE) {
        return TKD_ERR_STATE;
    }
    if (!fits(offset, bytes, s->output_bytes)) {
        return TKD_ERR_RANGE;
    }
    begin_reply(tx, request);
    put_output(s, tx, offset, bytes);
    tkd_tx_end(tx);
    return TKD_OK;
}

static tkd_status read_layer(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request, uint32_t offset, uint16_t bytes) {
    uint32_t there = 0;
    const uint8_t *output = tkd_session_layer(s, &there);
    if (output == NULL) {
        return TKD_ERR_STATE;
    }
    if (!fits(offset, bytes, there)) {
        return TKD_ERR_RANGE;
    }
    begin_reply(tx, request);
    tkd_tx_put(tx, output + offset, bytes);
    tkd_tx_end(tx);
    return TKD_OK;
}

/* Payload: tag u16, source u8, offset u32, bytes u16. Reply: the bytes of the outputs, or of the last layer done. */
static tkd_status answer_read(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->length != 9) {
        return TKD_ERR_FRAME;
    }
    const uint32_t offset = tkd_get_u32(request->payload + 3);
    const uint16_t bytes = tkd_get_u16(request->payload + 7);
    if (tkd_get_u16(request->payload) != s->tag) {
        return TKD_ERR_STATE;
    }
    switch (request->payload[2]) {
    case TKD_READ_OUTPUT:
        return read_output(s, tx, request, offset, bytes);
    case TKD_READ_LAYER:
        return read_layer(s, tx, request, offset, bytes);
    default:
        return TKD_ERR_RANGE;
    }
}

static uint32_t layer_bytes(const tkd_layer_info *layer) {
    return LAYER_HEAD + text_length(layer->name, MAX_NAME) + text_length(layer->kernel, MAX_NAME);
}

static void put_layer(tkd_tx *tx, const tkd_layer_info *layer) {
    tkd_tx_u16(tx, (uint16_t)(layer_bytes(layer) - 2u));
    tkd_tx_u32(tx, layer->macs);
    tkd_tx_u32(tx, layer->output_bytes);
    put_text(tx, layer->name, MAX_NAME);
    put_text(tx, layer->kernel, MAX_NAME);
}

/* Payload: first u16. Reply: a record for each layer from `first` on that fits. */
static tkd_status answer_layers(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->length != 2) {
        return TKD_ERR_FRAME;
    }
    uint32_t room = TKD_LINK_MAX_REPLY;
    begin_reply(tx, request);
    for (uint32_t i = tkd_get_u16(request->payload); i < s->model->layers_count; ++i) {
        const tkd_layer_info *layer = tkd_session_layer_info(s, (uint16_t)i);
        if (layer_bytes(layer) > room) {
            break;
        }
        room -= layer_bytes(layer);
        put_layer(tx, layer);
    }
    tkd_tx_end(tx);
    return TKD_OK;
}

/* Reply: stack bytes u32, stack used u32, arena needed u32, arena bytes u32. */
static tkd_status answer_memory(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    begin_reply(tx, request);
    tkd_tx_u32(tx, tkd_port_stack_bytes());
    tkd_tx_u32(tx, tkd_port_stack_used());
    tkd_tx_u32(tx, tkd_session_arena_needed(s));
    tkd_tx_u32(tx, s->arena_bytes);
    tkd_tx_end(tx);
    return TKD_OK;
}

static tkd_status answer_reset(tkd_tx *tx, const tkd_rx_frame *request) {
    begin_reply(tx, request);
    tkd_tx_end(tx);
    return TKD_OK;
}

/* What is not of a sensor's stream ends it: the arena may be needed, and replies would wait behind blocks. */
static tkd_status dispatch(tkd_session *s, tkd_tx *tx, const tkd_rx_frame *request) {
    if (tkd_sensing_is_asked(request->type)) {
        return tkd_sensing_answer(s, tx, request);
    }
    tkd_sensing_stop(s);
    switch (request->type) {
    case TKD_REQ_HELLO:
        return answer_hello(s, tx, request);
    case TKD_REQ_INFER:
        return answer_infer(s, tx, request);
    case TKD_REQ_WRITE:
        return answer_write(s, tx, request);
    case TKD_REQ_RUN:
        return answer_run(s, tx, request);
    case TKD_REQ_STEP:
        return answer_step(s, tx, request);
    case TKD_REQ_READ:
        return answer_read(s, tx, request);
    case TKD_REQ_LAYERS:
        return answer_layers(s, tx, request);
    case TKD_REQ_MEMORY:
        return answer_memory(s, tx, request);
    case TKD_REQ_RESET:
        return answer_reset(tx, request);
    case TKD_REQ_SYNC:
        return answer_sync(s, tx, request);
    default:
        return tkd_slot_answer(tx, request);
    }
}

int tkd_commands_answer(tkd_session *session, tkd_tx *tx, const tkd_rx_frame *request) {
    const tkd_status status = dispatch(session, tx, request);
    if (status != TKD_OK) {
        tkd_tx_begin(tx, TKD_REPLY_ERROR, request->sequence);
        tkd_tx_u8(tx, (uint8_t)status);
        tkd_tx_u8(tx, request->type);
        tkd_tx_end(tx);
    }
    return status == TKD_OK && request->type == TKD_REQ_RESET;
}

void tkd_commands_nak(tkd_tx *tx, tkd_rx_event event) {
    tkd_tx_begin(tx, TKD_REPLY_NAK, 0);
    tkd_tx_u8(tx, (uint8_t)event);
    tkd_tx_end(tx);
}
