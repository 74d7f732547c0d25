#include "tkd_listener.h"

#include <string.h>

#include "tkd_app_hooks.h"
#include "tkd_bytes.h"
#include "tkd_crc32.h"
#include "tkd_port.h"
#include "tkd_protocol.h"
#include "tkd_say.h"
#include "tkd_streamer.h"

#define LISTEN_BYTES 16u
#define MOST_FRAMES 256u /* taken between two looks at the serial line, where no row is made of them */
#define MOST_SCORES 240u
#define MOST_ROW 240u
#define IS_ANSWER 1u
#define HAS_ROW 2u
#define WANTS_ROWS 1u

/* Frames were lost, or none came before: what is measured from now on belongs to nothing before it. */
static void begin_anew(tkd_live *live, float scale) {
    tkd_live_reset(live, scale);
    live->listening.begins = 1;
}

static int fits(const tkd_live *live, const tkd_sensor *s) { return live->front_end->channels == s->channels; }

static tkd_status begin(tkd_live *live, tkd_sensor *s, const tkd_stream_start *start, float scale) {
    const tkd_status status = tkd_streamer_begin(s, start);
    if (status != TKD_OK) {
        return status;
    }
    memset(&live->listening, 0, sizeof live->listening);
    begin_anew(live, scale);
    return TKD_OK;
}

static void put_front_end(const tkd_front_end *p, tkd_tx *tx) {
    tkd_tx_u16(tx, p->frame);
    tkd_tx_u16(tx, p->hop);
    tkd_tx_u16(tx, p->rows);
    tkd_tx_u16(tx, p->row_bytes);
    tkd_tx_u16(tx, p->rows_per_answer);
    tkd_tx_u32(tx, p->rate_millihz);
    tkd_tx_u8(tx, p->channels);
}

static float get_f32(const uint8_t *p) {
    const uint32_t bits = tkd_get_u32(p);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/*
 * Payload: frames between two reports u16, limit u32, flags u8 (1: with rows of features); of a sensor that is fed,
 * rate u32 in mHz, channels u8, scale f32, else zeros. Reply: ticks u32, frames that may be fed ahead u32, the front
 * end.
 */
static tkd_status answer_listen(tkd_live *live, tkd_sensor *s, tkd_session *session, tkd_tx *tx,
                                const tkd_rx_frame *request) {
    const uint8_t *p = request->payload;
    if (request->length != LISTEN_BYTES) {
        return TKD_ERR_FRAME;
    }
    if (session->fault != TKD_OK) {
        return session->fault;
    }
    const uint8_t channels = s->feed != NULL ? p[11] : s->channels;
    if (tkd_get_u16(p) == 0 || channels != live->front_end->channels) {
        return TKD_ERR_RANGE;
    }
    const tkd_stream_start start = {tkd_get_u32(p + 2), tkd_get_u32(p + 7), live->memory,
                                    live->memory_bytes, channels,           TKD_STREAM_HEARD};
    session->phase = TKD_PHASE_IDLE;
    const tkd_status status = begin(live, s, &start, s->feed != NULL ? get_f32(p + 12) : s->scale);
    if (status != TKD_OK) {
        return status;
    }
    live->listening.report_frames = (uint16_t)tkd_min_u32(tkd_get_u16(p), s->ring_frames / 2u);
    live->listening.wants_rows = p[6] & WANTS_ROWS;
    tkd_tx_begin(tx, (uint8_t)(request->type + TKD_REPLY), request->sequence);
    tkd_tx_u32(tx, tkd_port_ticks());
    tkd_tx_u32(tx, s->feed != NULL ? s->feed->room(s) : 0u);
    put_front_end(live->front_end, tx);
    tkd_tx_end(tx);
    return TKD_OK;
}

static void put_bytes(tkd_tx *tx, const int8_t *bytes, uint32_t count, uint32_t most) {
    const uint16_t shown = (uint16_t)tkd_min_u32(count, most);
    tkd_tx_u16(tx, shown);
    tkd_tx_put(tx, bytes, shown);
}

static void put_answer(const tkd_live *live, const tkd_session *session, const tkd_app_heard *heard, tkd_tx *tx) {
    tkd_tx_u32(tx, live->listening.answers);
    tkd_tx_u32(tx, session->ticks);
    tkd_tx_u32(tx, session->input_hash);
    tkd_tx_u32(tx, session->output_hash);
    tkd_tx_u16(tx, (uint16_t)heard->index);
    tkd_tx_u8(tx, (uint8_t)heard->score);
    put_bytes(tx, heard->averages, heard->classes, MOST_SCORES);
}

/* What a report has: docs/protocol.md. */
static void report(tkd_live *live, tkd_sensor *s, const tkd_session *session, const tkd_app_heard *heard, tkd_tx *tx) {
    tkd_listening *l = &live->listening;
    const uint8_t row = l->wants_rows ? HAS_ROW : 0u;
    tkd_tx_begin(tx, TKD_REPLY_HEARD, (uint8_t)s->stream.number);
    tkd_tx_u32(tx, s->stream.number);
    tkd_tx_u32(tx, l->taken);
    tkd_tx_u32(tx, s->stream.lost_total);
    tkd_tx_u32(tx, tkd_port_ticks());
    tkd_tx_u32(tx, l->busy);
    tkd_tx_u16(tx, l->peak);
    tkd_tx_u8(tx, (uint8_t)((heard != NULL ? IS_ANSWER : 0u) | row));
    if (heard != NULL) {
        put_answer(live, session, heard, tx);
    }
    if (row) {
        put_bytes(tx, tkd_live_row(live), live->front_end->row_bytes, MOST_ROW);
    }
    tkd_tx_end(tx);
    ++s->stream.number;
    l->reported = l->taken;
    l->busy = 0;
    l->peak = 0;
}

static int has_credit(const tkd_sensor *s) { return (int32_t)(s->stream.limit - s->stream.number) > 0; }

/* Without credit the tool misses the report; the firmware listens on. */
static void report_within_credit(tkd_live *live, tkd_sensor *s, const tkd_session *session, const tkd_app_heard *heard,
                                 tkd_tx *tx) {
    const int is_due =
        heard != NULL || live->listening.taken - live->listening.reported >= live->listening.report_frames;
    if (s->stream.is_on == TKD_STREAM_HEARD && is_due && has_credit(s)) {
        report(live, s, session, heard, tx);
    }
}

static void see(tkd_listening *l, const volatile int16_t *frame, uint8_t channels) {
    for (uint8_t c = 0; c < channels; ++c) {
        const int16_t value = frame[c];
        const uint16_t size = (uint16_t)(value < 0 ? -(value + 1) : value);
        l->peak = size > l->peak ? size : l->peak;
    }
}

static tkd_live_event take_frame(tkd_live *live, tkd_sensor *s) {
    tkd_listening *l = &live->listening;
    if (s->stream.position != l->taken) {
        ++l->gaps;
        begin_anew(live, live->scale);
    }
    const volatile int16_t *frame = s->ring + (size_t)(s->first & (s->ring_frames - 1u)) * s->channels;
    see(l, frame, s->channels);
    const uint32_t before = tkd_port_ticks();
    const tkd_live_event event = tkd_live_put(live, frame);
    tkd_streamer_drop(s, 1);
    l->taken = s->stream.position;
    if (event != TKD_LIVE_NOTHING) {
        l->row_ticks = tkd_port_ticks() - before;
        l->busy += l->row_ticks;
    }
    return event;
}

static uint32_t hash_input(const tkd_session *session) {
    const uint32_t bytes = session->model->inputs->bytes;
    return ~tkd_crc32_feed(TKD_CRC32_START, tkd_session_input(session, 0), (size_t)bytes);
}

/* The window as the model's input, and what comes of it. */
static void ask_model(tkd_live *live, tkd_sensor *s, tkd_session *session, tkd_tx *tx) {
    tkd_listening *l = &live->listening;
    tkd_app_heard heard;
    tkd_live_input(live, (int8_t *)tkd_session_input(session, 0));
    session->input_hash = hash_input(session);
    const tkd_status status = tkd_app_infer(session, l->begins, &heard);
    if (status != TKD_OK) {
        session->fault = status;
        tkd_say_fault(status);
        return;
    }
    l->begins = 0;
    ++l->answers;
    l->answer_ticks = session->ticks;
    l->busy += session->ticks;
    report_within_credit(live, s, session, &heard, tx);
}

/* Said the first time, the second, the fourth, ... */
static void say_gap(const tkd_sensor *s, uint32_t gaps) {
    if ((gaps & (gaps - 1u)) == 0 && s->stream.is_on == TKD_STREAM_ALONE) {
        tkd_say_number("overrun: ", s->stream.lost_total, " values of each channel were lost so far\r\n");
    }
}

static int pump(tkd_live *live, tkd_sensor *s, tkd_session *session, tkd_tx *tx) {
    const int waits = s->stream.is_on == TKD_STREAM_HEARD && s->feed != NULL;
    const uint32_t gaps = live->listening.gaps;
    tkd_live_event event = TKD_LIVE_NOTHING;
    tkd_sensor_index there = tkd_streamer_look(s);
    for (uint32_t i = 0; i < MOST_FRAMES && there > 0 && event == TKD_LIVE_NOTHING; ++i, --there) {
        if (waits && !has_credit(s)) {
            return 0; /* a sensor that is fed loses nothing meanwhile, and the tool no report */
        }
        event = take_frame(live, s);
        if (event != TKD_LIVE_ANSWER) {
            report_within_credit(live, s, session, NULL, tx);
        }
    }
    if (live->listening.gaps != gaps) {
        say_gap(s, live->listening.gaps);
    }
    if (event == TKD_LIVE_ANSWER && session->fault == TKD_OK) {
        ask_model(live, s, session, tx);
    }
    return there > 0;
}

static int listen(tkd_live *live, tkd_sensor *s, tkd_session *session) {
    const tkd_stream_start start = {0, 0, NULL, 0, 0, TKD_STREAM_ALONE};
    session->phase = TKD_PHASE_IDLE;
    if (!fits(live, s)) {
        tkd_say("the sensor has other channels than the model\r\n");
        return 0;
    }
    if (begin(live, s, &start, s->scale) != TKD_OK) {
        tkd_say("the sensor does not answer\r\n");
        return 0;
    }
    return 1;
}

/* Ticks from one inference to the next. */
static uint64_t period_ticks(const tkd_front_end *p) {
    const uint64_t millis = (uint64_t)p->rows_per_answer * p->hop * 1000u;
    return millis * tkd_port_tick_hz() / p->rate_millihz;
}

static uint32_t percent(uint64_t ticks, uint64_t of) { return of > 0 ? (uint32_t)(ticks * 100u / of) : 0u; }

static void say(const tkd_live *live, const tkd_sensor *s) {
    const tkd_listening *l = &live->listening;
    const uint64_t period = period_ticks(live->front_end);
    const uint64_t latency = (uint64_t)l->row_ticks + l->answer_ticks;
    tkd_say_number("live: ", l->answers, " answers, features ");
    tkd_say_number("", percent((uint64_t)l->row_ticks * live->front_end->rows_per_answer, period), " %, model ");
    tkd_say_number("", percent(l->answer_ticks, period), " % of the time\r\n");
    tkd_say_number("live: ", (uint32_t)(latency * 1000u / tkd_port_tick_hz()),
                   " ms from the last value to the answer, ");
    tkd_say_number("", s->stream.lost_total, " values lost\r\n");
}

const struct tkd_listener tkd_listener = {answer_listen, pump, listen, say};
