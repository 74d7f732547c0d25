/*
 * Start-up of a bare Xtensa in QEMU, and its calls of the host: the emulator opens the host's files for us.
 * Source: QEMU's target/xtensa/xtensa-semi.c (operation in A2, arguments in A3 to A5, result in A2).
 */
#include <string.h>

#include "io.h"

enum { SYS_EXIT = 1, SYS_READ = 3, SYS_WRITE = 4, SYS_OPEN = 5, SYS_CLOSE = 6 };
enum { READ = 0, CREATE_AND_WRITE = 0x241, MODE = 0x1A4, STANDARD_ERROR = 2 }; /* of Linux */

extern uint32_t data_load, data_start, data_end, bss_start, bss_end;
extern uint8_t memory_start[], memory_end[];
int main(void);
void reset(void);
void fault(void);

static int from, to;

/* Masked interrupts, no exception under way; vectors of exceptions at their places from VECBASE on. */
__asm__(".section .vectors, \"ax\"\n"
        ".global vector, table\n"
        ".balign 256\n"
        "table:\n"
        ".org table + 0x30\n j broken\n"
        ".org table + 0x50\n j broken\n"
        ".org table + 0x70\n j broken\n"
        ".balign 4\n .literal_position\n"
        "broken:\n movi a1, stack_top\n movi a0, fault\n jx a0\n"
        "vector:\n movi a2, 0x2F\n wsr a2, ps\n rsync\n"
        " movi a2, table\n wsr a2, vecbase\n rsync\n"
        " movi a1, stack_top\n movi a0, reset\n jx a0\n"
        ".text\n");

static int host(int operation, uint32_t first, uint32_t second, uint32_t third) {
    register int a2 __asm__("a2") = operation;
    register uint32_t a3 __asm__("a3") = first;
    register uint32_t a4 __asm__("a4") = second;
    register uint32_t a5 __asm__("a5") = third;
    __asm__ volatile("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
    return a2;
}

static void leave(uint32_t code) {
    for (;;) {
        host(SYS_EXIT, code, 0, 0);
    }
}

static void say(const char *text) { host(SYS_WRITE, STANDARD_ERROR, (uint32_t)text, strlen(text)); }

void io_fail(const char *name, const char *what) {
    say(name);
    say(": ");
    say(what);
    say("\n");
    leave(1);
}

static int opened(const char *name, uint32_t flags) {
    const int file = host(SYS_OPEN, (uint32_t)name, flags, MODE);
    if (file < 0) {
        io_fail(name, "cannot open");
    }
    return file;
}

void io_open(void) {
    from = opened("in", READ);
    to = opened("out", CREATE_AND_WRITE);
}

static void move(int operation, int file, uint32_t place, size_t bytes, const char *failed) {
    while (bytes != 0) {
        const int moved = host(operation, (uint32_t)file, place, bytes);
        if (moved <= 0) {
            io_fail("runner", failed);
        }
        place += (uint32_t)moved;
        bytes -= (size_t)moved;
    }
}

void io_read(void *data, size_t bytes) { move(SYS_READ, from, (uint32_t)data, bytes, "too few samples"); }

void io_write(const void *data, size_t bytes) { move(SYS_WRITE, to, (uint32_t)data, bytes, "cannot write"); }

uint8_t *io_memory(size_t bytes) {
    uint8_t *start = (uint8_t *)(((uintptr_t)memory_start + 15u) & ~(uintptr_t)15u);
    if (start + bytes > memory_end) {
        io_fail("runner", "an arena too large for this machine");
    }
    return start;
}

void io_release(uint8_t *memory) { (void)memory; }

void io_close(void) {
    host(SYS_CLOSE, (uint32_t)to, 0, 0);
    leave(0);
}

void fault(void) { io_fail("runner", "fault"); }

void reset(void) {
    memcpy(&data_start, &data_load, (size_t)((uint8_t *)&data_end - (uint8_t *)&data_start));
    memset(&bss_start, 0, (size_t)((uint8_t *)&bss_end - (uint8_t *)&bss_start));
    main();
    leave(0);
}
