/* The text that a firmware says when it cannot go on, byte by byte on the UART, and again whenever it is asked. */
#ifndef TKD_LAST_WORDS_H
#define TKD_LAST_WORDS_H

#include <stdint.h>

void tkd_last_text(const char *text);

/* `before`, then eight hexadecimal digits. */
void tkd_last_hex(const char *before, uint32_t value);

/* Returns when a byte 0x00 (a frame's end) or a line end comes in. */
void tkd_last_question(void);

#endif
