#include "tkd_tx.h"

#include <string.h>

#include "tkd_crc32.h"

void tkd_tx_start(tkd_tx *tx, tkd_tx_write write) {
    memset(tx, 0, sizeof *tx);
    tx->write = write;
}

/* Sends all that lies before the open block; that, at most 255 bytes, moves to the front. */
static void flush_blocks(tkd_tx *tx) {
    tx->write(tx->buffer, tx->code);
    tx->length = (uint16_t)(tx->length - tx->code);
    memmove(tx->buffer, tx->buffer + tx->code, tx->length);
    tx->code = 0;
}

static void open_block(tkd_tx *tx, uint8_t joined) {
    tx->code = tx->length++;
    tx->joined = joined;
}

static void close_block(tkd_tx *tx) { tx->buffer[tx->code] = (uint8_t)(tx->length - tx->code); }

/* Adds a byte to the open block; a zero or the 254th byte closes it and opens the next: two bytes at most. */
static void put_byte(tkd_tx *tx, uint8_t byte) {
    if (tx->length > TKD_TX_BYTES - 2u) {
        flush_blocks(tx);
    }
    if (byte != 0) {
        tx->buffer[tx->length++] = byte;
    }
    if (byte == 0 || tx->length - tx->code == 255) {
        close_block(tx);
        open_block(tx, byte != 0);
    }
}

static void put_raw(tkd_tx *tx, const uint8_t *data, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
        put_byte(tx, data[i]);
    }
}

void tkd_tx_put(tkd_tx *tx, const void *data, size_t bytes) {
    tx->crc = tkd_crc32_feed(tx->crc, (const uint8_t *)data, bytes);
    put_raw(tx, (const uint8_t *)data, bytes);
}

void tkd_tx_u8(tkd_tx *tx, uint8_t value) { tkd_tx_put(tx, &value, 1); }

void tkd_tx_u16(tkd_tx *tx, uint16_t value) {
    const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
    tkd_tx_put(tx, bytes, sizeof bytes);
}

void tkd_tx_u32(tkd_tx *tx, uint32_t value) {
    tkd_tx_u16(tx, (uint16_t)value);
    tkd_tx_u16(tx, (uint16_t)(value >> 16));
}

void tkd_tx_begin(tkd_tx *tx, uint8_t type, uint8_t sequence) {
    tx->crc = TKD_CRC32_START;
    tx->buffer[0] = 0;
    tx->length = 1;
    open_block(tx, 0);
    tkd_tx_u8(tx, type);
    tkd_tx_u8(tx, sequence);
}

void tkd_tx_end(tkd_tx *tx) {
    const uint32_t crc = ~tx->crc;
    const uint8_t tail[4] = {(uint8_t)crc, (uint8_t)(crc >> 8), (uint8_t)(crc >> 16), (uint8_t)(crc >> 24)};
    put_raw(tx, tail, sizeof tail);
    if (tx->joined && tx->length - tx->code == 1) {
        --tx->length; /* the data ended with a full block: nothing stands open */
    } else {
        close_block(tx);
    }
    tx->buffer[tx->length++] = 0;
    tx->write(tx->buffer, tx->length);
}
