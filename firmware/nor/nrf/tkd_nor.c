/*
 * tkd_nor.h in the flash of a Nordic nRF51 or nRF52, through its NVMC. The processor stands still while a page is
 * erased (up to 90 ms) or a word written (41 us), so what comes in then waits, or is lost: nothing may be under way.
 * Source: nRF51 Series Reference Manual 3.0, chapter 6; nRF52840 Product Specification 1.7, chapter 4.3.
 */
#include "tkd_nor.h"

#include "tkd_bytes.h"

#define NVMC(offset) (*(volatile uint32_t *)(0x4001E000u + (offset)))
#define READY NVMC(0x400u)
#define CONFIG NVMC(0x504u)
#define ERASE_PAGE NVMC(0x508u) /* takes an address */
#define MAY_READ 0u
#define MAY_WRITE 1u
#define MAY_ERASE 2u
#define WORD 4u

static void wait_until_ready(void) {
    while ((READY & 1u) == 0u) {
    }
}

static int erase(uint32_t offset) {
    CONFIG = MAY_ERASE;
    wait_until_ready();
    ERASE_PAGE = TKD_NOR_BASE + offset;
    wait_until_ready();
    CONFIG = MAY_READ;
    return 0;
}

static int program(uint32_t offset, const uint8_t *data, uint32_t bytes) {
    CONFIG = MAY_WRITE;
    wait_until_ready();
    for (uint32_t i = 0; i < bytes; i += WORD) {
        *(volatile uint32_t *)(TKD_NOR_BASE + offset + i) = tkd_get_u32(data + i);
        wait_until_ready();
    }
    CONFIG = MAY_READ;
    return 0;
}

const tkd_nor *tkd_nor_flash(void) {
    static const tkd_nor flash = {
        (const uint8_t *)(uintptr_t)TKD_NOR_BASE, TKD_NOR_BYTES, TKD_NOR_PAGE, TKD_NOR_UNIT, erase, program,
    };
    return &flash;
}
