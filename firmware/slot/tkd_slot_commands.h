/*
 * The requests of the slot, and the model that the harness serves: what the generated NAME_slot.c puts in place of the
 * harness's weak functions, which know of no slot. What goes over the wire is written down in docs/protocol.md.
 */
#ifndef TKD_SLOT_COMMANDS_H
#define TKD_SLOT_COMMANDS_H

#include "tkd_model.h"
#include "tkd_rx.h"
#include "tkd_tx.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Answers a request of the slot, TKD_REQ_SLOT and those behind it. */
tkd_status tkd_slot_serve(tkd_tx *tx, const tkd_rx_frame *request);

/* As tkd_slot_model (tkd_commands.h). */
const tkd_model *tkd_slot_chosen(const tkd_model *built_in, const char *firmware);

#ifdef __cplusplus
}
#endif
#endif
