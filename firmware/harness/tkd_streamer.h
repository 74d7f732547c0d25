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

#ifdef __cplusplus
}
#endif
#endif
