#include "tkd_rx.h"

#include "tkd_crc32.h"

/* Ready for the next frame or line. */
static void begin(tkd_rx *rx) {
    rx->length = 0;
    rx->binary = 0;
    rx->full = 0;
}

void tkd_rx_start(tkd_rx *rx) {
    begin(rx);
    rx->takes_utf8 = 0;
}

static int is_line_end(uint8_t byte) { return byte == '\r' || byte == '\n'; }

/* Where the text of a line begins. */
static uint16_t line_start(const tkd_rx *rx) {
    uint16_t first = 0;
    while (first < rx->length && is_line_end(rx->buffer[first])) {
        ++first;
    }
    return first;
}

/* The second byte of a frame is none of ASCII's, so what has two of them is a line. */
static int is_text(const tkd_rx *rx, uint8_t byte) {
    if (byte >= 0x80u) {
        return rx->takes_utf8 && !rx->binary && rx->length >= line_start(rx) + 2u;
    }
    return (byte >= 0x20u && byte < 0x7Fu) || is_line_end(byte) || byte == '\t';
}

/* Decodes COBS in place; the number of bytes, or 0 when `data` is not COBS. The output never overtakes the input. */
static uint16_t cobs_decode(uint8_t *data, uint16_t bytes) {
    uint32_t in = 0;
    uint32_t out = 0;
    while (in < bytes) {
        const uint32_t code = data[in];
        if (code == 0 || in + code > bytes) {
            return 0;
        }
        for (uint32_t i = 1; i < code; ++i) {
            data[out++] = data[in + i];
        }
        in += code;
        if (code < 0xFFu && in < bytes) {
            data[out++] = 0;
        }
    }
    return (uint16_t)out;
}

static uint32_t read_u32(const uint8_t *p) {
    return (uint32_t)p[0] | ((uint32_t)p[1] << 8) | ((uint32_t)p[2] << 16) | ((uint32_t)p[3] << 24);
}

static tkd_rx_event finish_frame(tkd_rx *rx, tkd_rx_frame *frame) {
    const uint16_t bytes = cobs_decode(rx->buffer, rx->length);
    if (bytes < 6u) {
        return TKD_RX_BAD_COBS;
    }
    frame->crc = read_u32(rx->buffer + bytes - 4u);
    if (~tkd_crc32_feed(TKD_CRC32_START, rx->buffer, bytes - 4u) != frame->crc) {
        return TKD_RX_BAD_CRC;
    }
    frame->type = rx->buffer[0];
    frame->sequence = rx->buffer[1];
    frame->length = (uint16_t)(bytes - 6u);
    frame->payload = rx->buffer + 2;
    return TKD_RX_FRAME;
}

/* A delimiter ends whatever there is: a frame, or a remainder of text, which is dropped without a word. */
static tkd_rx_event take_delimiter(tkd_rx *rx, tkd_rx_frame *frame) {
    tkd_rx_event event = TKD_RX_NONE;
    if (rx->full) {
        event = TKD_RX_TOO_LONG;
    } else if (rx->binary) {
        event = finish_frame(rx, frame);
    }
    begin(rx);
    return event;
}

/* A line end after at least one character that is none gives a line; alone it may be a COBS code, and stays. */
static tkd_rx_event take_line_end(tkd_rx *rx, tkd_rx_frame *frame) {
    const uint16_t first = line_start(rx);
    const uint16_t length = (uint16_t)(rx->length - first);
    if (length == 0) {
        return TKD_RX_NONE;
    }
    rx->buffer[rx->length] = 0;
    frame->payload = rx->buffer + first;
    frame->length = length;
    begin(rx);
    return TKD_RX_LINE;
}

/* The last one, with all its bytes. */
static void erase_character(tkd_rx *rx) {
    do {
        --rx->length;
    } while (rx->length > 0 && (rx->buffer[rx->length] & 0xC0u) == 0x80u);
}

tkd_rx_event tkd_rx_byte(tkd_rx *rx, uint8_t byte, tkd_rx_frame *frame) {
    if (byte == 0) {
        return take_delimiter(rx, frame);
    }
    const int erases = byte == 0x08u || byte == 0x7Fu;
    if (!rx->binary && rx->length > 0 && erases) {
        erase_character(rx);
        return TKD_RX_NONE;
    }
    if (!rx->binary && is_line_end(byte) && rx->length < TKD_RX_BYTES) {
        const tkd_rx_event event = take_line_end(rx, frame);
        if (event != TKD_RX_NONE) {
            return event;
        }
    }
    const int is_long_line = rx->takes_utf8 && !rx->binary && rx->length + 1u >= TKD_RX_BYTES;
    if (is_long_line) {
        return TKD_RX_NONE; /* no text has so many bytes: its end is waited for */
    }
    if (rx->full || rx->length >= TKD_RX_BYTES) {
        rx->full = 1;
        return TKD_RX_NONE;
    }
    rx->binary = (uint8_t)(rx->binary | !is_text(rx, byte)); /* at the second byte at the latest: a type is >= 0x80 */
    rx->buffer[rx->length++] = byte;
    return TKD_RX_NONE;
}

int tkd_rx_in_frame(const tkd_rx *rx) { return rx->binary || rx->full; }

tkd_rx_event tkd_rx_silence(tkd_rx *rx) {
    if (!tkd_rx_in_frame(rx)) {
        return TKD_RX_NONE;
    }
    const int noise = rx->length < 2; /* a stray byte is dropped without a word */
    begin(rx);
    return noise ? TKD_RX_NONE : TKD_RX_GAP;
}
