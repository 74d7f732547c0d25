/* Which sensor this firmware has, who listens to it, and what the tool asks of both. */
#ifndef TKD_SENSING_H
#define TKD_SENSING_H

#include "tkd_live.h"
#include "tkd_rx.h"
#include "tkd_sensor.h"
#include "tkd_session.h"
#include "tkd_tx.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The sensor of this firmware: the user's, or the one that it was made with; NULL where there is none. */
tkd_sensor *tkd_sensing_sensor(const tkd_session *session);

/* Whether `type` is a request of a sensor's stream. */
int tkd_sensing_is_asked(uint8_t type);

/* Answers such a request. */
tkd_status tkd_sensing_answer(tkd_session *session, tkd_tx *tx, const tkd_rx_frame *request);

/* Ends the sensor's stream, if there is one. */
void tkd_sensing_stop(tkd_session *session);

/* Takes what was measured; how long the line may be waited for until the next call, or -1: no stream is on. */
int tkd_sensing_pump(tkd_session *session, tkd_tx *tx, uint32_t silent_ms);

/* Nobody talks to the board: the firmware listens to a real sensor by itself. 1 where it does. */
int tkd_sensing_listen(tkd_session *session);

#ifdef __cplusplus
}
#endif
#endif
