#include "tkd_streamer.h"

#include <string.h>

#include "tkd_bytes.h"
#include "tkd_port.h"
#include "tkd_protocol.h"

#define BLOCK_HEAD 20u /* number, first frame, ticks, frames measured, frames lost */
#define START_BYTES 11u
#define CREDIT_BYTES 4u
#define FEED_HEAD 4u
#define MAX_NAMES 128u

static uint32_t float_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void begin_reply(tkd_tx *tx, const tkd_rx_frame *request) {
    tkd_tx_begin(tx, (uint8_t)(request->type + TKD_REPLY), request->sequence);
}

static tkd_sensor_index there(const tkd_sensor *s) { return (tkd_sensor_index)(s->last - s->first); }

/* Counts what was lost since the last look; with an empty ring the gap has its place, and the writer goes on. */
static void count_lost(tkd_sensor *s) {
    const tkd_sensor_index lost = s->lost;
    s->stream.lost_total += (tkd_sensor_index)(lost - s->stream.seen);
    s->stream.seen = lost;
    if (s->mended != lost && there(s) == 0) {
        s->stream.position += s->stream.lost_total - s->stream.lost_placed;
        s->stream.lost_placed = s->stream.lost_total;
        s->mended = lost;
    }
}

/* Frames measured so far, with those that were lost. */
static uint32_t measured(const tkd_sensor *s) {
    return s->stream.position + there(s) + s->stream.lost_total - s->stream.lost_placed;
}

static void put_frames(tkd_sensor *s, tkd_tx *tx, tkd_sensor_index frames) {
    for (tkd_sensor_index i = 0; i < frames; ++i) {
        const tkd_sensor_index place = (tkd_sensor_index)((uint32_t)(s->first + i) & (s->ring_frames - 1u));
        for (uint8_t c = 0; c < s->channels; ++c) {
            tkd_tx_u16(tx, (uint16_t)s->ring[(size_t)place * s->channels + c]);
        }
    }
}

void tkd_streamer_drop(tkd_sensor *s, tkd_sensor_index frames) {
    s->first = (tkd_sensor_index)(s->first + frames);
    s->stream.position += frames;
}

tkd_sensor_index tkd_streamer_look(tkd_sensor *s) {
    if (s->poll != NULL) {
        s->poll(s);
    }
    count_lost(s);
    return there(s);
}

static void send_block(tkd_sensor *s, tkd_tx *tx, tkd_sensor_index frames) {
    tkd_stream *stream = &s->stream;
    tkd_tx_begin(tx, TKD_REPLY_BLOCK, (uint8_t)stream->number);
    tkd_tx_u32(tx, stream->number);
    tkd_tx_u32(tx, stream->position);
    tkd_tx_u32(tx, tkd_port_ticks());
    tkd_tx_u32(tx, measured(s));
    tkd_tx_u32(tx, stream->lost_total);
    put_frames(s, tx, frames);
    tkd_tx_end(tx);
    tkd_streamer_drop(s, frames);
    ++stream->number;
}

/* A block never spans a gap: what lies before one is sent as it is. */
static void pump(tkd_sensor *s, tkd_tx *tx) {
    const tkd_sensor_index frames = (tkd_sensor_index)tkd_min_u32(tkd_streamer_look(s), s->stream.block_frames);
    const int is_due = frames == s->stream.block_frames || (frames > 0 && s->mended != s->stream.seen);
    if (is_due && (int32_t)(s->stream.limit - s->stream.number) > 0) {
        send_block(s, tx, frames);
        count_lost(s);
    }
}

static void stop(tkd_sensor *s) {
    if (s->stream.is_on && s->end != NULL) {
        s->end(s);
    }
    s->stream.is_on = TKD_STREAM_OFF;
}

static int is_usable(const tkd_sensor *s) {
    return s->ring != NULL && s->channels > 0 && s->channels <= TKD_SENSOR_MOST_CHANNELS && s->ring_frames >= 2u &&
           (s->ring_frames & (s->ring_frames - 1u)) == 0 && s->ring_frames <= TKD_SENSOR_MOST_FRAMES;
}

/* Reply: flags u8 (1 the tool feeds it, 2 a sound), channels u8, rate u32 in mHz, scale f32, ring frames u32, names. */
static tkd_status answer_sensor(const tkd_sensor *s, tkd_tx *tx, const tkd_rx_frame *request) {
    const uint8_t length = (uint8_t)tkd_min_u32((uint32_t)strlen(s->names), MAX_NAMES);
    begin_reply(tx, request);
    tkd_tx_u8(tx, (uint8_t)((s->feed != NULL ? 1u : 0u) | (s->is_sound ? 2u : 0u)));
    tkd_tx_u8(tx, s->channels);
    tkd_tx_u32(tx, s->rate_millihz);
    tkd_tx_u32(tx, float_bits(s->scale));
    tkd_tx_u32(tx, s->ring_frames);
    tkd_tx_u8(tx, length);
    tkd_tx_put(tx, s->names, length);
    tkd_tx_end(tx);
    return TKD_OK;
}

static void reset(tkd_sensor *s, uint32_t limit) {
    memset(&s->stream, 0, sizeof s->stream);
    s->first = s->last = s->lost = s->mended = 0;
    s->stream.limit = limit;
}

tkd_status tkd_streamer_begin(tkd_sensor *s, const tkd_stream_start *start) {
    stop(s);
    if (s->feed != NULL) {
        const tkd_status status =
            s->feed->prepare(s, start->memory, start->memory_bytes, start->rate_millihz, start->channels);
        if (status != TKD_OK) {
            return status;
        }
    }
    if (!is_usable(s)) {
        return TKD_ERR_RANGE;
    }
    reset(s, start->limit);
    if (!s->begin(s)) {
        return TKD_ERR_SENSOR;
    }
    s->stream.is_on = start->is_on;
    return TKD_OK;
}

/* Of at most half the ring, so that one is filled while the other is sent. */
static uint16_t block_frames(const tkd_sensor *s, uint32_t wanted) {
    const uint32_t fit = (TKD_LINK_MAX_REPLY - BLOCK_HEAD) / 2u / s->channels;
    return (uint16_t)tkd_min_u32(wanted, tkd_min_u32(fit, s->ring_frames / 2u));
}

/*
 * Payload: frames of a block u16, limit u32; of a sensor that is fed, rate u32 in mHz and channels u8, else zeros.
 * Reply: frames of a block u16, ticks u32, frames that may be fed ahead u32.
 */
static tkd_status answer_start(tkd_sensor *s, tkd_session *session, tkd_tx *tx, const tkd_rx_frame *request) {
    if (request->length != START_BYTES) {
        return TKD_ERR_FRAME;
    }
    const uint8_t *p = request->payload;
    tkd_stream_start start = {tkd_get_u32(p + 2), tkd_get_u32(p + 6), NULL, session->arena_bytes, p[10],
                              TKD_STREAM_BLOCKS};
    if (tkd_get_u16(p) == 0) {
        return TKD_ERR_RANGE;
    }
    start.memory = s->feed != NULL ? tkd_session_lend(session) : NULL;
    const tkd_status status = tkd_streamer_begin(s, &start);
    if (status != TKD_OK) {
        return status;
    }
    s->stream.block_frames = block_frames(s, tkd_get_u16(p));
    begin_reply(tx, request);
    tkd_tx_u16(tx, s->stream.block_frames);
    tkd_tx_u32(tx, tkd_port_ticks());
    tkd_tx_u32(tx, s->feed != NULL ? s->feed->room(s) : 0u);
    tkd_tx_end(tx);
    return TKD_OK;
}

/* Reply: frames measured u32, frames lost u32, how often the feed ran dry u32. */
static tkd_status answer_stop(tkd_sensor *s, tkd_tx *tx, const tkd_rx_frame *request) {
    stop(s);
    count_lost(s);
    begin_reply(tx, request);
    tkd_tx_u32(tx, measured(s));
    tkd_tx_u32(tx, s->stream.lost_total);
    tkd_tx_u32(tx, s->feed != NULL ? s->feed->starved(s) : 0u);
    tkd_tx_end(tx);
    return TKD_OK;
}

/* Payload: limit u32. No reply: blocks are. */
static tkd_status take_credit(tkd_sensor *s, const tkd_rx_frame *request) {
    if (request->length != CREDIT_BYTES) {
        return TKD_ERR_FRAME;
    }
    s->stream.limit = tkd_get_u32(request->payload);
    return TKD_OK;
}

/* Payload: number of the first frame u32, frames. No reply. */
static tkd_status take_feed(tkd_sensor *s, const tkd_rx_frame *request) {
    if (s->feed == NULL || !s->stream.is_on) {
        return TKD_ERR_STATE;
    }
    const uint32_t frame_bytes = 2u * s->channels;
    if (request->length < FEED_HEAD || (request->length - FEED_HEAD) % frame_bytes != 0) {
        return TKD_ERR_FRAME;
    }
    const uint32_t frames = (request->length - FEED_HEAD) / frame_bytes;
    s->feed->take(s, tkd_get_u32(request->payload), request->payload + FEED_HEAD, frames);
    return TKD_OK;
}

static tkd_status answer(tkd_sensor *s, tkd_session *session, tkd_tx *tx, const tkd_rx_frame *request) {
    switch (request->type) {
    case TKD_REQ_SENSOR:
        return answer_sensor(s, tx, request);
    case TKD_REQ_START:
        return answer_start(s, session, tx, request);
    case TKD_REQ_STOP:
        return answer_stop(s, tx, request);
    case TKD_REQ_CREDIT:
        return take_credit(s, request);
    default:
        return take_feed(s, request);
    }
}

const struct tkd_streamer tkd_streamer = {answer, pump, stop};
