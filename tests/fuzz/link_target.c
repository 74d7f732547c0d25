/*
 * libFuzzer's target for all of the firmware that reads the wire: frames, commands, session and the lines of a person.
 *
 * The input is a list of records, so that the fuzzer gets past the CRCs: raw bytes, frames with a good or a damaged
 * CRC, whole jobs with right hashes, lines, silences. Whatever they were, a hello and an inference follow, and must be
 * answered rightly: the parser is in step again at the next good frame, and nothing was broken on the way.
 */
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fake_model.h"
#include "tkd_crc32.h"
#include "tkd_port.h"
#include "tkd_rx.h"
#include "tkd_tx.h"
#include "tkd_virtual_sensor.h"

#define MOST_WIRE 60000u
#define SILENCE 0x100u
#define NONCE 0x0BADCAFEu

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static uint16_t wire[MOST_WIRE + 4096u]; /* what the harness will read */
static size_t wire_length, wire_at;
static uint8_t said[1u << 12]; /* the last that it wrote */
static size_t said_length;
static jmp_buf out_of_harness; /* which never returns */
static uint32_t clock_now;

void tkd_port_init(void) {}

int tkd_port_read(uint32_t timeout_ms) {
    (void)timeout_ms;
    if (wire_at == wire_length) {
        longjmp(out_of_harness, 1);
    }
    const uint16_t next = wire[wire_at++];
    return next == SILENCE ? -1 : (int)next;
}

void tkd_port_write(const uint8_t *data, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
        said[said_length++ % sizeof said] = data[i];
    }
}

uint32_t tkd_port_ticks(void) { return ++clock_now; }
const char *tkd_port_tick_unit(void) { return "ns"; }
uint32_t tkd_port_tick_hz(void) { return 1000000000u; }
uint32_t tkd_port_core_hz(void) { return 0; }
const char *tkd_port_caches(void) { return ""; }
uint32_t tkd_port_rx_window(void) { return 4000; }
uint32_t tkd_port_stack_bytes(void) { return 0; }
uint32_t tkd_port_stack_used(void) { return 0; }
void tkd_port_reset(void) {}

/* The input, taken from the front. */
typedef struct source {
    const uint8_t *data;
    size_t left;
} source;

static uint8_t take(source *from) {
    if (from->left == 0) {
        return 0;
    }
    --from->left;
    return *from->data++;
}

static void to_wire(const uint8_t *data, size_t bytes) {
    for (size_t i = 0; i < bytes && wire_length < MOST_WIRE; ++i) {
        wire[wire_length++] = data[i];
    }
}

static void put_frame(uint8_t type, uint8_t sequence, const uint8_t *payload, size_t bytes) {
    tkd_tx tx;
    tkd_tx_start(&tx, to_wire);
    tkd_tx_begin(&tx, type, sequence);
    tkd_tx_put(&tx, payload, bytes);
    tkd_tx_end(&tx);
}

static void put_u16(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static void put_u32(uint8_t *to, uint32_t value) {
    put_u16(to, value);
    put_u16(to + 2, value >> 16);
}

static void make_inputs(uint8_t *inputs, uint8_t seed) {
    for (uint32_t i = 0; i < FAKE_INPUT; ++i) {
        inputs[i] = (uint8_t)(i * seed + i);
    }
}

static uint32_t hash_of(const uint8_t *data, size_t bytes) { return ~tkd_crc32_feed(TKD_CRC32_START, data, bytes); }

/* Pieces of at most 50 bytes, then run or step. */
static void put_job(uint8_t seed, uint8_t last, uint8_t layer) {
    uint8_t inputs[FAKE_INPUT];
    uint8_t payload[64];
    make_inputs(inputs, seed);
    for (uint32_t at = 0; at < FAKE_INPUT; at += 50u) {
        const uint32_t piece = FAKE_INPUT - at < 50u ? FAKE_INPUT - at : 50u;
        put_u16(payload, 1u + seed);
        put_u32(payload + 2, at);
        memcpy(payload + 6, inputs + at, piece);
        put_frame(TKD_REQ_WRITE, seed, payload, 6u + piece);
    }
    put_u32(payload, hash_of(inputs, sizeof inputs));
    if (last & 1u) {
        put_u16(payload + 4, 1u + seed);
        put_u16(payload + 6, layer);
        put_frame(TKD_REQ_STEP, seed, payload, 8);
    } else {
        put_u16(payload + 4, 1000u);
        put_u16(payload + 6, 1u + seed);
        put_u32(payload + 8, FAKE_INPUT);
        put_frame(TKD_REQ_RUN, seed, payload, 12);
    }
}

static void put_inference(uint8_t seed) {
    uint8_t payload[4u + FAKE_INPUT];
    make_inputs(payload + 4, seed);
    put_u32(payload, hash_of(payload + 4, FAKE_INPUT));
    put_frame(TKD_REQ_INFER, seed, payload, sizeof payload);
}

static size_t take_some(source *from, uint8_t *to, size_t most) {
    size_t bytes = take(from) + 4u * take(from);
    bytes = bytes < most ? bytes : most;
    bytes = bytes < from->left ? bytes : from->left;
    memcpy(to, from->data, bytes);
    from->data += bytes;
    from->left -= bytes;
    return bytes;
}

static void put_record(source *from) {
    static uint8_t some[1300];
    const uint8_t kind = take(from);
    size_t before = wire_length;
    switch (kind & 7u) {
    case 0:
        to_wire(some, take_some(from, some, sizeof some));
        break;
    case 1:
    case 2: {
        const uint8_t type = take(from);
        const uint8_t sequence = take(from);
        put_frame(type, sequence, some, take_some(from, some, sizeof some));
        if ((kind & 7u) == 2u && wire_length > before) {
            wire[before + take(from) % (wire_length - before)] ^= take(from);
        }
        break;
    }
    case 3:
        wire[wire_length++] = SILENCE;
        break;
    case 4:
        to_wire(some, take_some(from, some, sizeof some));
        to_wire((const uint8_t *)"\r", 1);
        break;
    case 5:
        put_inference(kind);
        break;
    default:
        put_job(take(from), kind >> 3, take(from));
        break;
    }
}

static void put_question(void) {
    uint8_t hello[6] = {0, 0, 0, 0, TKD_PROTOCOL_VERSION, TKD_PROTOCOL_VERSION};
    put_u32(hello, NONCE);
    put_frame(TKD_REQ_HELLO, 1, hello, sizeof hello); /* begins with a zero */
    put_inference(7);
}

static void expect(int is_so) {
    if (!is_so) {
        abort();
    }
}

/* One reply of the board, which may be longer than any request. */
typedef struct reply {
    size_t bytes;
    uint8_t body[2048];
} reply;

/* COBS and CRC once more, not the code under test; 0 when what lies between two zeros is no frame. */
static int decode(const uint8_t *data, size_t bytes, reply *out) {
    size_t at = 0;
    out->bytes = 0;
    while (at < bytes && at + data[at] <= bytes && out->bytes + 256u < sizeof out->body) {
        const uint8_t code = data[at];
        memcpy(out->body + out->bytes, data + at + 1, code - 1u);
        out->bytes += code - 1u;
        at += code;
        if (code < 255u && at < bytes) {
            out->body[out->bytes++] = 0;
        }
    }
    if (at != bytes || out->bytes < 6u) {
        return 0;
    }
    uint8_t crc[4];
    put_u32(crc, hash_of(out->body, out->bytes - 4u));
    return memcmp(crc, out->body + out->bytes - 4u, sizeof crc) == 0;
}

/* The last two frames that were said; each stands between zeros. */
static void last_replies(reply found[2]) {
    static uint8_t piece[sizeof said];
    size_t length = 0;
    found[0].bytes = found[1].bytes = 0;
    for (size_t i = said_length > sizeof said ? said_length - sizeof said : 0; i < said_length; ++i) {
        const uint8_t byte = said[i % sizeof said];
        static reply next;
        if (byte != 0) {
            piece[length++] = byte;
        } else {
            if (length > 0 && decode(piece, length, &next)) {
                found[0] = found[1];
                found[1] = next;
            }
            length = 0;
        }
    }
}

/* Hello with our nonce, then the right outputs. */
static void check_answers(void) {
    static reply replies[2];
    uint8_t nonce[4];
    uint8_t inputs[FAKE_INPUT];
    uint8_t expected[FAKE_OUTPUT] = {0};
    last_replies(replies);
    put_u32(nonce, NONCE);
    make_inputs(inputs, 7);
    for (uint32_t i = 0; i < FAKE_INPUT; ++i) {
        expected[i % FAKE_OUTPUT] = (uint8_t)(expected[i % FAKE_OUTPUT] + inputs[i] * 3u + 1u);
    }
    expect(replies[0].bytes > 0 && replies[0].body[0] == TKD_REQ_HELLO + TKD_REPLY);
    expect(memcmp(replies[0].body + 2, nonce, sizeof nonce) == 0);
    expect(replies[1].bytes == 2u + 12u + FAKE_OUTPUT + 4u && replies[1].body[0] == TKD_REQ_INFER + TKD_REPLY);
    expect(memcmp(replies[1].body + 14, expected, sizeof expected) == 0);
}

static void serve(uint8_t *arena) {
    static tkd_virtual_sensor sensor = TKD_VIRTUAL_SENSOR;
    tkd_firmware firmware = FAKE_FIRMWARE;
    firmware.sensor = &sensor.sensor;
    if (setjmp(out_of_harness) == 0) {
        tkd_harness_run(&fake_model, arena, FAKE_ARENA, &fake_samples, &firmware);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    source from = {data, bytes};
    wire_length = wire_at = said_length = 0;
    while (from.left > 0 && wire_length < MOST_WIRE) {
        put_record(&from);
    }
    if (wire_length > MOST_WIRE - 1000u) {
        wire_length = MOST_WIRE - 1000u; /* room for the question */
    }
    put_question();
    uint8_t *arena =
        aligned_alloc(TKD_ARENA_ALIGN, (FAKE_ARENA + TKD_ARENA_ALIGN - 1u) / TKD_ARENA_ALIGN * TKD_ARENA_ALIGN);
    expect(arena != NULL);
    serve(arena);
    free(arena);
    check_answers();
    return 0;
}
