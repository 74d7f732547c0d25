/*
 * tkd_nor.h in a file of the host: the one that the environment variable TINYKD_FLASH names, made where it is not
 * there; without it in memory, for as long as the process runs. As in NOR flash, pages are erased as a whole and
 * programming turns bits from 1 to 0 only. POSIX.
 */
#define _DEFAULT_SOURCE
#define _XOPEN_SOURCE 600
#include "tkd_nor.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint8_t *memory;

static int erase(uint32_t offset) {
    memset(memory + offset, TKD_NOR_ERASED, TKD_NOR_PAGE);
    return 0;
}

static int program(uint32_t offset, const uint8_t *data, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; ++i) {
        memory[offset + i] &= data[i];
    }
    return 0;
}

/* What a file lacks of the flash's size is read as zeros, which is no model. */
static void *mapped(const char *path) {
    const int file = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (path != NULL && (file < 0 || ftruncate(file, (off_t)TKD_NOR_BYTES) != 0)) {
        return MAP_FAILED;
    }
    void *const there =
        mmap(NULL, TKD_NOR_BYTES, PROT_READ | PROT_WRITE, file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, file, 0);
    if (file >= 0) {
        (void)close(file);
    }
    return there;
}

const tkd_nor *tkd_nor_flash(void) {
    static tkd_nor flash = {NULL, TKD_NOR_BYTES, TKD_NOR_PAGE, TKD_NOR_UNIT, erase, program};
    if (memory == NULL) {
        void *const there = mapped(getenv("TINYKD_FLASH"));
        memory = there == MAP_FAILED ? NULL : (uint8_t *)there;
        flash.base = memory;
    }
    return memory == NULL ? NULL : &flash;
}
