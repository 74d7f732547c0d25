/*
 * Two banks of flash, each for one model: what lies in a bank, and which of them a start-up uses.
 *
 *   bank = head (TKD_BANK_HEAD bytes, in whole units), mark "tried", mark "confirmed", payload
 *
 * The head is written last, so a bank is whole or it is none. A model on trial is started once: the start-up marks it
 * as tried first. It stays only if it is confirmed before the next start-up; else the one before it is used again, as
 * MCUboot does it with images (docs.mcuboot.com, "design"). Power may go at any moment: a mark that was cut off counts
 * as tried, and not as confirmed.
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

/* The head of a bank whose payload is whole; 0 when there is none, or it is another firmware's. */
int tkd_banks_read(const tkd_nor *nor, uint32_t bank, const char *firmware, tkd_bank_head *head);

/* Writes the head, after the payload, and reads back what is there. */
tkd_status tkd_banks_close(const tkd_nor *nor, uint32_t bank, const tkd_bank_head *head);

int tkd_banks_is_tried(const tkd_nor *nor, uint32_t bank);
int tkd_banks_is_confirmed(const tkd_nor *nor, uint32_t bank);
tkd_status tkd_banks_mark_tried(const tkd_nor *nor, uint32_t bank);
tkd_status tkd_banks_mark_confirmed(const tkd_nor *nor, uint32_t bank);

/* Whatever the bank holds is no model any more. */
tkd_status tkd_banks_forget(const tkd_nor *nor, uint32_t bank);

#ifdef __cplusplus
}
#endif
#endif
