/*
 * Requests on standard input, replies on standard output, one line for one line, in hexadecimal: TT SS PAYLOAD in,
 * wire bytes out. "-" stands for an empty payload.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_model.h"
#include "fixed_port.h"
#include "tkd_commands.h"
#include "tkd_crc32.h"
#include "tkd_port.h"

static const tkd_firmware firmware = FAKE_FIRMWARE;
static uint8_t arena[FAKE_ARENA + 6u] __attribute__((aligned(TKD_ARENA_ALIGN)));

static int nibble(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static uint8_t take_byte(const char *hex) { return (uint8_t)(nibble(hex[0]) * 16 + nibble(hex[1])); }

/* On the heap and just as long as it is, where ASan sees a byte too far. */
static uint8_t *take_payload(const char *hex, uint16_t *length) {
    uint8_t *payload = malloc(strlen(hex) / 2 + 1);
    *length = 0;
    for (; payload != NULL && hex[0] != 0 && hex[0] != '-'; hex += 2) {
        payload[(*length)++] = take_byte(hex);
    }
    return payload;
}

static void answer(tkd_session *session, const char *line) {
    tkd_tx tx;
    tkd_rx_frame request = {take_byte(line), take_byte(line + 3), 0, 0, NULL};
    uint8_t *payload = take_payload(line + 6, &request.length);
    request.payload = payload;
    request.crc = ~tkd_crc32_feed(tkd_crc32_feed(TKD_CRC32_START, &request.sequence, 1), payload, request.length);
    fixed_wire_bytes = 0;
    tkd_tx_start(&tx, tkd_port_write);
    (void)tkd_commands_answer(session, &tx, &request);
    for (size_t i = 0; i < fixed_wire_bytes; ++i) {
        printf("%02x", fixed_wire[i]);
    }
    printf("\n");
    free(payload);
}

int main(void) {
    static char line[1u << 16];
    tkd_session session;
    tkd_session_start(&session, &fake_model, arena, sizeof arena, &firmware);
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = 0;
        answer(&session, line);
    }
    return 0;
}
