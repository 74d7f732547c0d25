/* Text for a person: strings and whole numbers to the port. No printf, no buffer, no state. */
#ifndef TKD_SAY_H
#define TKD_SAY_H

#include <stdint.h>

#include "tkd_status.h"

#ifdef __cplusplus
extern "C" {
#endif

void tkd_say(const char *text);

void tkd_say_u32(uint32_t value);

void tkd_say_i32(int32_t value);

/* `before`, the value, `after`. */
void tkd_say_number(const char *before, uint32_t value, const char *after);

/* The value at the right of a field of `width` characters. */
void tkd_say_field(uint32_t value, uint32_t width);

/* `bytes` as hexadecimal digits in lower case. */
void tkd_say_hex(const uint8_t *bytes, uint32_t count);

/* "error: the model's data or ABI version is wrong (status 2)" and the end of the line. */
void tkd_say_fault(tkd_status status);

/* True when `text` is a decimal number of at most 9 digits, which `*value` then is. */
int tkd_read_u32(const char *text, uint32_t *value);

#ifdef __cplusplus
}
#endif
#endif
