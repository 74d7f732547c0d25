#include "tkd_last_words.h"

#include "tkd_machine.h"

void tkd_last_text(const char *text) {
    while (*text != 0) {
        tkd_machine_put((uint8_t)*text++);
    }
}

void tkd_last_hex(const char *before, uint32_t value) {
    tkd_last_text(before);
    for (int shift = 28; shift >= 0; shift -= 4) {
        tkd_machine_put((uint8_t) "0123456789abcdef"[(value >> shift) & 15u]);
    }
}

void tkd_last_question(void) {
    int byte;
    do {
        byte = tkd_machine_get();
    } while (byte != 0 && byte != '\r' && byte != '\n');
}
