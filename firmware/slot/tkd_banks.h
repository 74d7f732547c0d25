/*
 * Two banks of flash, each for one model: what lies in a bank, and which of them a start-up uses.
 *
 *   bank = head (68 bytes, in whole units), mark "tried", mark "confirmed", mark "revoked", payload
 *
 * The head is written last, so a bank is whole or it is none. A model on trial is started once: the start-up marks it
 * as tried first. It stays only if it is confirmed before the next start-up; else the one before it is used again, as
 * MCUboot does it with images (docs.mcuboot.com, "design"). Power may go at any moment: a mark that was cut off counts
 * as tried or as revoked, and not as confirmed. A bank that is revoked keeps its payload: the model that is in use
 * may be going back from itself, and runs until the next start-up.
 */
#ifndef TKD_BANKS_H
#define TKD_BANKS_H

#include <stdint.h>

#include "tkd_nor.h"
#include "tkd_status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_BANKS 2u
#define TKD_FIRMWARE_ID 16u /* characters of a firmware's identity */

/* What is known of the model in a bank. */
typedef struct tkd_bank_head {
    uint32_t sequence;              /* the larger is the later */
    uint32_t bytes;                 /* of the payload */
    uint32_t crc;                   /* CRC-32 of the payload */
    uint8_t sha256[32];             /* of the model's .tflite */
    char firmware[TKD_FIRMWARE_ID]; /* for which it was made */
} tkd_bank_head;

/* Bytes that a payload may have. */
uint32_t tkd_banks_room(const tkd_nor *nor);

/* Where the payload of bank `bank` lies in the flash, in bytes from its start. */
uint32_t tkd_banks_payload(const tkd_nor *nor, uint32_t bank);

/* The head of a bank whose payload is whole; 0 when there is none, it was revoked, or it is another firmware's. */
int tkd_banks_read(const tkd_nor *nor, uint32_t bank, const char *firmware, tkd_bank_head *head);

/* Writes the head, after the payload, and reads back what is there. */
tkd_status tkd_banks_close(const tkd_nor *nor, uint32_t bank, const tkd_bank_head *head);

int tkd_banks_is_tried(const tkd_nor *nor, uint32_t bank);
int tkd_banks_is_confirmed(const tkd_nor *nor, uint32_t bank);
tkd_status tkd_banks_mark_tried(const tkd_nor *nor, uint32_t bank);
tkd_status tkd_banks_mark_confirmed(const tkd_nor *nor, uint32_t bank);

/* No start-up uses the bank's model any more; nothing is erased. */
tkd_status tkd_banks_revoke(const tkd_nor *nor, uint32_t bank);

/* Erases the bank's first page, so whatever it holds is no model any more: never of the bank in use. */
tkd_status tkd_banks_forget(const tkd_nor *nor, uint32_t bank);

#ifdef __cplusplus
}
#endif
#endif
