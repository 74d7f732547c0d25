/* The sensor's side of the harness: its stream is started, sent within the tool's credit, and stopped. */
#ifndef TKD_STREAMER_H
#define TKD_STREAMER_H

#include "tkd_rx.h"
#include "tkd_sensor.h"
#include "tkd_session.h"
#include "tkd_tx.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reached through tkd_sensor alone, so that firmware without a sensor links none of it. */
struct tkd_streamer {
    /* Answers a request of the stream. */
    tkd_status (*answer)(tkd_sensor *sensor, tkd_session *session, tkd_tx *tx, const tkd_rx_frame *request);
    /* Takes what was measured and sends one block, if it is whole and there is credit. */
    void (*pump)(tkd_sensor *sensor, tkd_tx *tx);
    /* Ends the stream, if there is one. */
    void (*stop)(tkd_sensor *sensor);
};

/* A sensor whose samples come from the tool, for boards without one. */
struct tkd_feed {
    /* A stream of so many channels begins; its buffers may lie in `memory`, aligned to TKD_ARENA_ALIGN. */
    tkd_status (*prepare)(tkd_sensor *sensor, void *memory, uint32_t bytes, uint32_t rate_millihz, uint8_t channels);
    /* Frames from number `first` on, little endian; what is there already is passed over, a hole is refused. */
    void (*take)(tkd_sensor *sensor, uint32_t first, const uint8_t *samples, uint32_t frames);
    /* How many frames may wait, and how often there was none when one was due. */
    uint32_t (*room)(const tkd_sensor *sensor);
    uint32_t (*starved)(const tkd_sensor *sensor);
};

/* How the stream of a sensor begins; of one that is fed, `rate_millihz` and `channels` are the tool's. */
typedef struct tkd_stream_start {
    uint32_t limit, rate_millihz;
    void *memory; /* for one that is fed */
    uint32_t memory_bytes;
    uint8_t channels;
    uint8_t is_on; /* what it is then: TKD_STREAM_... */
} tkd_stream_start;

/* Begins a stream, after which frames come into the ring. */
tkd_status tkd_streamer_begin(tkd_sensor *sensor, const tkd_stream_start *start);

/* How many frames are there, after a look at the sensor. What was lost before them is in stream.position. */
tkd_sensor_index tkd_streamer_look(tkd_sensor *sensor);

/* The first of them leaves the ring. */
void tkd_streamer_drop(tkd_sensor *sensor, tkd_sensor_index frames);

#ifdef __cplusplus
}
#endif
#endif
