/*
 * The frame layer on standard input and output, one line for one line:
 *   e TT SS HEX     the wire bytes of a frame, in hexadecimal
 *   r HEX[~HEX]..   the events that these bytes give, joined by ';'; ~ is silence on the line
 * HEX may be "-" for nothing. Numbers are hexadecimal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tkd_rx.h"
#include "tkd_tx.h"

#define MAX_LINE (1u << 21)

static uint8_t wire[1u << 17];
static size_t wire_bytes;

static void collect(const uint8_t *data, size_t bytes) {
    if (bytes > sizeof wire - wire_bytes) {
        exit(2);
    }
    memcpy(wire + wire_bytes, data, bytes);
    wire_bytes += bytes;
}

static void print_hex(const uint8_t *data, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
        printf("%02x", data[i]);
    }
}

static int nibble(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static uint8_t take_byte(const char *hex) { return (uint8_t)(nibble(hex[0]) * 16 + nibble(hex[1])); }

static void encode(const char *line) {
    tkd_tx tx;
    wire_bytes = 0;
    tkd_tx_start(&tx, collect);
    tkd_tx_begin(&tx, take_byte(line), take_byte(line + 3));
    for (const char *hex = line + 6; hex[0] != 0 && hex[0] != '-'; hex += 2) {
        tkd_tx_u8(&tx, take_byte(hex));
    }
    tkd_tx_end(&tx);
    print_hex(wire, wire_bytes);
}

static void print_event(tkd_rx_event event, const tkd_rx_frame *frame) {
    static const char *const names[] = {"", "", "", "bad_cobs", "bad_crc", "too_long", "gap"};
    if (event == TKD_RX_FRAME) {
        printf("frame %02x %02x ", frame->type, frame->sequence);
        print_hex(frame->payload, frame->length);
    } else if (event == TKD_RX_LINE) {
        printf("line %s", (const char *)frame->payload);
    } else {
        printf("%s", names[event]);
    }
    if (event != TKD_RX_NONE) {
        printf(";");
    }
}

static void receive(const char *hex) {
    tkd_rx *rx = malloc(sizeof *rx); /* on the heap, where ASan sees a byte too far */
    tkd_rx_frame frame = {0, 0, 0, 0, NULL};
    if (rx == NULL) {
        exit(2);
    }
    tkd_rx_start(rx);
    while (hex[0] != 0 && hex[0] != '-') {
        if (hex[0] == '~') {
            print_event(tkd_rx_silence(rx), &frame);
            ++hex;
        } else {
            print_event(tkd_rx_byte(rx, take_byte(hex), &frame), &frame);
            hex += 2;
        }
    }
    free(rx);
}

int main(void) {
    char *line = malloc(MAX_LINE);
    while (line != NULL && fgets(line, (int)MAX_LINE, stdin) != NULL) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] == 'e') {
            encode(line + 2);
        } else {
            receive(line + 2);
        }
        printf("\n");
    }
    free(line);
    return 0;
}
