/* The live pipeline's side of the harness: it listens to the sensor, asks the model, and tells what it heard. */
#ifndef TKD_LISTENER_H
#define TKD_LISTENER_H

#include "tkd_live.h"
#include "tkd_rx.h"
#include "tkd_sensor.h"
#include "tkd_session.h"
#include "tkd_tx.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reached through tkd_live alone, so that firmware that does not listen links none of it. */
struct tkd_listener {
    /* Answers TKD_REQ_LISTEN. */
    tkd_status (*answer)(tkd_live *live, tkd_sensor *sensor, tkd_session *session, tkd_tx *tx,
                         const tkd_rx_frame *request);
    /* Takes frames, up to one row of features, and reports what the tool asked for; 1 when more frames are there. */
    int (*pump)(tkd_live *live, tkd_sensor *sensor, tkd_session *session, tkd_tx *tx);
    /* Begins to listen for nobody but the user's code; 0 where the sensor does not begin. */
    int (*listen)(tkd_live *live, tkd_sensor *sensor, tkd_session *session);
    /* Lines for a person: how busy the board is, and what was lost. */
    void (*say)(const tkd_live *live, const tkd_sensor *sensor);
};

extern const struct tkd_listener tkd_listener;

#ifdef __cplusplus
}
#endif
#endif
