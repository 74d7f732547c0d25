/*
 * tkd_nor.h in the memory of an emulated board, which an emulator may keep in a file: pages are erased as a whole, and
 * programming turns bits from 1 to 0 only, as in NOR flash. Word by word, since a machine may be stopped at any.
 */
#include "tkd_nor.h"

#include "tkd_bytes.h"

#define WORDS ((volatile uint32_t *)(uintptr_t)TKD_NOR_BASE)
#define WORD 4u

static int erase(uint32_t offset) {
    for (uint32_t i = 0; i < TKD_NOR_PAGE / WORD; ++i) {
        WORDS[offset / WORD + i] = 0xFFFFFFFFu;
    }
    return 0;
}

static int program(uint32_t offset, const uint8_t *data, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i += WORD) {
        WORDS[(offset + i) / WORD] &= tkd_get_u32(data + i);
    }
    return 0;
}

const tkd_nor *tkd_nor_flash(void) {
    static const tkd_nor flash = {
        (const uint8_t *)(uintptr_t)TKD_NOR_BASE, TKD_NOR_BYTES, TKD_NOR_PAGE, TKD_NOR_UNIT, erase, program,
    };
    return &flash;
}
