/*
 * Bytes in, frames and lines out. No clock and no input of its own: the caller feeds bytes, and says when the line
 * has been silent for too long. Every byte string is survived; the buffer is the only memory.
 */
#ifndef TKD_RX_H
#define TKD_RX_H

#include <stddef.h>
#include <stdint.h>

#include "tkd_protocol.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TKD_RX_FRAME_BYTES (TKD_LINK_MAX_PAYLOAD + 6u) /* type, sequence, payload, crc */
#define TKD_RX_BYTES (TKD_RX_FRAME_BYTES + TKD_RX_FRAME_BYTES / 254u + 1u)

typedef enum tkd_rx_event {
    TKD_RX_NONE = 0,     /* nothing yet */
    TKD_RX_FRAME = 1,    /* a whole frame with a good CRC */
    TKD_RX_LINE = 2,     /* a line of printable text, NUL-terminated; of UTF-8 it may be cut where the buffer ends */
    TKD_RX_BAD_COBS = 3, /* delimited, but not COBS or shorter than a frame */
    TKD_RX_BAD_CRC = 4,
    TKD_RX_TOO_LONG = 5, /* longer than the buffer; skipped to the delimiter */
    TKD_RX_GAP = 6       /* silence inside a frame */
} tkd_rx_event;

typedef struct tkd_rx {
    uint16_t length;    /* bytes in `buffer` */
    uint8_t binary;     /* a byte that is not text has come: this is (part of) a frame */
    uint8_t full;       /* more came than fits: skip to the delimiter */
    uint8_t takes_utf8; /* a line may have other letters than ASCII's behind its second character; tkd_rx_start: no */
    uint8_t buffer[TKD_RX_BYTES];
} tkd_rx;

/* What came, pointing into the tkd_rx; valid until the next byte is fed. */
typedef struct tkd_rx_frame {
    uint8_t type, sequence;
    uint16_t length; /* of the payload, or of the line */
    uint32_t crc;
    const uint8_t *payload; /* or the line */
} tkd_rx_frame;

void tkd_rx_start(tkd_rx *rx);

/* Feeds one byte; fills `frame` when the answer is TKD_RX_FRAME or TKD_RX_LINE. */
tkd_rx_event tkd_rx_byte(tkd_rx *rx, uint8_t byte, tkd_rx_frame *frame);

/* True while a frame is incomplete, so that silence means that bytes were lost; a person may type slowly. */
int tkd_rx_in_frame(const tkd_rx *rx);

/* The line was silent for TKD_LINK_GAP_MS: gives up an incomplete frame. */
tkd_rx_event tkd_rx_silence(tkd_rx *rx);

#ifdef __cplusplus
}
#endif
#endif
