/* The tool's side of the harness: one request frame in, one reply frame out. */
#ifndef TKD_COMMANDS_H
#define TKD_COMMANDS_H

#include "tkd_rx.h"
#include "tkd_session.h"
#include "tkd_tx.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Answers `request`; true when the answered request asks for a reset, which is then the caller's to do. */
int tkd_commands_answer(tkd_session *session, tkd_tx *tx, const tkd_rx_frame *request);

/* Says that a broken frame came, so that the tool need not wait for its deadline. */
void tkd_commands_nak(tkd_tx *tx, tkd_rx_event event);

/* Answers what no other request is; a firmware with a slot for another model (firmware/slot) has its own. */
tkd_status tkd_slot_answer(tkd_tx *tx, const tkd_rx_frame *request);

/* The model to serve until the next reset, in firmware of identity `firmware`: as given, unless the slot has another.
 */
const tkd_model *tkd_slot_model(const tkd_model *built_in, const char *firmware);

#ifdef __cplusplus
}
#endif
#endif
