/*
 * Frames out: COBS and CRC-32 are made on the way, so a payload of any length is sent from where it lies.
 *
 * A delimiter goes before each frame as well, to close whatever text or noise the line carried.
 */
#ifndef TKD_TX_H
#define TKD_TX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_TX_BYTES 264u /* more than one COBS block, 255 bytes */

typedef void (*tkd_tx_write)(const uint8_t *data, size_t bytes);

typedef struct tkd_tx {
    tkd_tx_write write;
    uint32_t crc;
    uint16_t length; /* bytes in `buffer` */
    uint16_t code;   /* where the open block's code byte goes */
    uint8_t joined;  /* the open block follows a full one, and may vanish if it stays empty */
    uint8_t buffer[TKD_TX_BYTES];
} tkd_tx;

void tkd_tx_start(tkd_tx *tx, tkd_tx_write write);

/* One frame: begin, any number of puts, end. */
void tkd_tx_begin(tkd_tx *tx, uint8_t type, uint8_t sequence);
void tkd_tx_put(tkd_tx *tx, const void *data, size_t bytes);
void tkd_tx_u8(tkd_tx *tx, uint8_t value);
void tkd_tx_u16(tkd_tx *tx, uint16_t value);
void tkd_tx_u32(tkd_tx *tx, uint32_t value);
void tkd_tx_end(tkd_tx *tx);

#ifdef __cplusplus
}
#endif
#endif
