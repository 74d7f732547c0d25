/* Hexadecimal numbers on the port of start.c. */
#ifndef PUT_H
#define PUT_H

#include <stdint.h>

void test_write(const char *text);

/* The last `digits` digits of value, at most 8. */
static void put(uint32_t value, uint32_t digits) {
    char text[9];
    text[digits] = 0;
    while (digits > 0) {
        text[--digits] = "0123456789abcdef"[value & 15u];
        value >>= 4;
    }
    test_write(text);
}

#endif
