/*
 * The slot as the firmware goes by it: which model a start-up uses, and one that is being written.
 *
 * A model is written to the bank that is not in use: begin, pieces in order, commit; after a restart it is on trial,
 * and confirm keeps it. Each of them may be asked twice.
 */
#ifndef TKD_SLOT_STATE_H
#define TKD_SLOT_STATE_H

#include <stdint.h>

#include "tkd_model.h"
#include "tkd_nor.h"
#include "tkd_status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_SLOT_BUILT_IN 0xFFu /* in place of a bank's number */

/* What the generated code says of the slot. */
typedef struct tkd_slot_facts {
    uint8_t graph[32]; /* SHA-256 over the code that computes the model: what another model must agree with */
    uint32_t payload;  /* bytes of a payload; 0: as many as there is room for */
} tkd_slot_facts;

/* A model to be written. */
typedef struct tkd_slot_wish {
    uint32_t bytes, crc; /* of the payload */
    const uint8_t *graph, *sha256;
} tkd_slot_wish;

/* Provided by the generated code. */
const tkd_slot_facts *tkd_slot_about(void);

/* Chooses the model that is used until the next start-up. */
void tkd_slot_start(const char *firmware);

/* The bank in use, or TKD_SLOT_BUILT_IN; and whether its model is on trial. */
uint8_t tkd_slot_in_use(void);
int tkd_slot_on_trial(void);

/* The SHA-256 of the model in use, NULL: the built-in's. */
const uint8_t *tkd_slot_sha256(void);

/* Bytes that a payload may have. */
uint32_t tkd_slot_room(void);

/* Bytes that are programmed at once: pieces are multiples of it. */
uint32_t tkd_slot_unit(void);

tkd_status tkd_slot_begin(const tkd_slot_wish *wish);
tkd_status tkd_slot_write(uint32_t offset, const uint8_t *data, uint32_t bytes);
tkd_status tkd_slot_commit(void);
tkd_status tkd_slot_confirm(const uint8_t *sha256);

/* The next start-up uses what was used before the model in use, or not the one that waits for its trial. Until then
 * the model in use stays whole, and no other one can be written. */
tkd_status tkd_slot_revert(void);

#ifdef __cplusplus
}
#endif
#endif
