/* An ATmega2560 whose general-purpose registers simavr.c reads and writes; RAM is 64 KiB less the registers. */
#include <avr/io.h>
#include <string.h>

#include "io.h"

#define STACK_BYTES 4096u

extern uint8_t __heap_start[]; /* of avr-libc's linker script: the end of .bss */

void io_open(void) {}

void io_read(void *data, size_t bytes) {
    for (uint8_t *to = (uint8_t *)data; bytes > 0; bytes--) {
        *to++ = GPIOR1;
    }
}

void io_write(const void *data, size_t bytes) {
    for (const uint8_t *from = (const uint8_t *)data; bytes > 0; bytes--) {
        GPIOR0 = *from++;
    }
}

static void say(const char *text) {
    while (*text != '\0') {
        GPIOR2 = (uint8_t)*text++;
    }
}

void io_fail(const char *name, const char *what) {
    say(name);
    say(": ");
    say(what);
    say("\n");
    io_close();
}

uint8_t *io_memory(size_t bytes) {
    uint8_t *start = (uint8_t *)(((uintptr_t)__heap_start + 15u) & ~(uintptr_t)15u);
    if (bytes > (uintptr_t)SP - STACK_BYTES - (uintptr_t)start) {
        io_fail("runner", "an arena too large for this machine");
    }
    return start;
}

void io_release(uint8_t *memory) { (void)memory; }

void io_close(void) {
    GPIOR2 = 0;
    for (;;) {
    }
}
