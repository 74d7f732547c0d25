/* Start-up of a bare core and semihosting: the emulator opens the host's files for us. */
#include <string.h>

#include "io.h"
#if defined(__riscv)
#include "core_riscv.h"
#else
#include "core_cortexm.h"
#endif

enum { SYS_OPEN = 1, SYS_CLOSE = 2, SYS_WRITE0 = 4, SYS_WRITE = 5, SYS_READ = 6, SYS_EXIT = 0x18 };
enum { READ_BINARY = 1, WRITE_BINARY = 5, EXIT_OK = 0x20026, EXIT_FAILED = 0x20023 };

extern uint32_t data_load, data_start, data_end, bss_start, bss_end;
extern uint8_t memory_start[], memory_end[];
int main(void);

static int from, to;

static void leave(int how) {
    host(SYS_EXIT, (const void *)how);
    for (;;) {
    }
}

void io_fail(const char *name, const char *what) {
    host(SYS_WRITE0, name);
    host(SYS_WRITE0, ": ");
    host(SYS_WRITE0, what);
    host(SYS_WRITE0, "\n");
    leave(EXIT_FAILED);
}

static int opened(const char *name, uint32_t mode) {
    const uint32_t block[3] = {(uint32_t)name, mode, strlen(name)};
    const int file = host(SYS_OPEN, block);
    if (file < 0) {
        io_fail(name, "cannot open");
    }
    return file;
}

void io_open(void) {
    from = opened("in", READ_BINARY);
    to = opened("out", WRITE_BINARY);
}

void io_read(void *data, size_t bytes) {
    const uint32_t block[3] = {(uint32_t)from, (uint32_t)data, bytes};
    if (bytes != 0 && host(SYS_READ, block) != 0) {
        io_fail("runner", "too few samples");
    }
}

void io_write(const void *data, size_t bytes) {
    const uint32_t block[3] = {(uint32_t)to, (uint32_t)data, bytes};
    if (bytes != 0 && host(SYS_WRITE, block) != 0) {
        io_fail("runner", "cannot write");
    }
}

uint8_t *io_memory(size_t bytes) {
    uint8_t *start = (uint8_t *)(((uintptr_t)memory_start + 15u) & ~(uintptr_t)15u);
    if (start + bytes > memory_end) {
        io_fail("runner", "an arena too large for this machine");
    }
    return start;
}

void io_release(uint8_t *memory) { (void)memory; }

void io_close(void) {
    const uint32_t block[1] = {(uint32_t)to};
    host(SYS_CLOSE, block);
    leave(EXIT_OK);
}

static void fault(void) { io_fail("runner", "fault"); }

static void reset(void) {
    core_init();
    memcpy(&data_start, &data_load, (size_t)((uint8_t *)&data_end - (uint8_t *)&data_start));
    memset(&bss_start, 0, (size_t)((uint8_t *)&bss_end - (uint8_t *)&bss_start));
    main();
    leave(EXIT_OK);
}
