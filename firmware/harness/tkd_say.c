#include "tkd_say.h"

#include <string.h>

#include "tkd_port.h"

#define MAX_DIGITS 10u /* of a uint32_t */

void tkd_say(const char *text) { tkd_port_write((const uint8_t *)text, strlen(text)); }

/* The digits of `value` at the end of `text`; where they begin. */
static uint32_t write_digits(char text[MAX_DIGITS + 1u], uint32_t value) {
    uint32_t at = MAX_DIGITS;
    text[at] = 0;
    do {
        text[--at] = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    return at;
}

void tkd_say_u32(uint32_t value) { tkd_say_field(value, 0); }

void tkd_say_i32(int32_t value) {
    if (value < 0) {
        tkd_say("-");
    }
    tkd_say_u32(value < 0 ? 0u - (uint32_t)value : (uint32_t)value);
}

void tkd_say_number(const char *before, uint32_t value, const char *after) {
    tkd_say(before);
    tkd_say_u32(value);
    tkd_say(after);
}

void tkd_say_field(uint32_t value, uint32_t width) {
    char text[MAX_DIGITS + 1u];
    const uint32_t at = write_digits(text, value);
    for (uint32_t length = MAX_DIGITS - at; length < width; ++length) {
        tkd_say(" ");
    }
    tkd_say(text + at);
}

void tkd_say_hex(const uint8_t *bytes, uint32_t count) {
    static const char digits[] = "0123456789abcdef";
    for (uint32_t i = 0; i < count; ++i) {
        const char pair[3] = {digits[bytes[i] >> 4], digits[bytes[i] & 15u], 0};
        tkd_say(pair);
    }
}

static const char *status_name(tkd_status status) {
    switch (status) {
    case TKD_ERR_ARENA:
        return "the arena is missing, misaligned or too small";
    case TKD_ERR_MODEL:
        return "the model's data or ABI version is wrong";
    case TKD_ERR_RANGE:
        return "an index or length is out of range";
    case TKD_ERR_RUNTIME:
        return "TensorFlow Lite Micro refused: its arena is too small, or an op does not take its operands";
    case TKD_ERR_STATE:
        return "called in the wrong order";
    default:
        return "failed";
    }
}

void tkd_say_fault(tkd_status status) {
    tkd_say("error: ");
    tkd_say(status_name(status));
    tkd_say_number(" (status ", (uint32_t)status, ")\r\n");
}

int tkd_read_u32(const char *text, uint32_t *value) {
    uint32_t found = 0;
    uint32_t digits = 0;
    for (; text[digits] >= '0' && text[digits] <= '9' && digits < 10u; ++digits) {
        found = found * 10u + (uint32_t)(text[digits] - '0');
    }
    *value = found;
    return digits > 0 && digits < 10u && text[digits] == 0;
}
