/*
 * tkd_nor.h in the flash of an STM32F4: sectors of 128 KiB, from number 5 on, and words. The processor stands still
 * while a sector is erased (1 to 2 s) or a word written (16 us), so nothing may be under way then. Not run here:
 * compiled only. Source: ST RM0090 (STM32F405/407), RM0390 (F446), RM0368 (F401), RM0383 (F411), chapter 3, "Embedded
 * Flash memory".
 */
#include "tkd_bytes.h"

#define FLASH_REG(offset) (*(volatile uint32_t *)(0x40023C00u + (offset)))
#define ACR FLASH_REG(0x00u)
#define KEYR FLASH_REG(0x04u)
#define SR FLASH_REG(0x0Cu)
#define CR FLASH_REG(0x10u)
#define SR_ERRORS 0xF2u
#define CR_SER (1u << 1)
#define CR_SECTOR(number) ((number) << 3)
#define CR_BY_WORDS (2u << 8)

#include "tkd_nor_stm32.h"

#define FLASH_BASE_ADDRESS 0x08000000u
#define SECTOR_BYTES 0x20000u
#define FIRST_LARGE 4u /* what is to be added: the first 128 KiB are five sectors */
#define WORD 4u

#if TKD_NOR_PAGE != SECTOR_BYTES || (TKD_NOR_BASE - FLASH_BASE_ADDRESS) % SECTOR_BYTES != 0
#error "the slot of an STM32F4 lies in whole sectors of 128 KiB"
#endif

static int erase(uint32_t offset) {
    const uint32_t sector = FIRST_LARGE + (TKD_NOR_BASE - FLASH_BASE_ADDRESS + offset) / SECTOR_BYTES;
    return erase_selected(CR_SER | CR_SECTOR(sector) | CR_BY_WORDS);
}

static int program(uint32_t offset, const uint8_t *data, uint32_t bytes) {
    int failed = 0;
    unlock(CR_PG | CR_BY_WORDS);
    for (uint32_t i = 0; !failed && i < bytes; i += WORD) {
        *(volatile uint32_t *)(TKD_NOR_BASE + offset + i) = tkd_get_u32(data + i);
        failed = has_failed();
    }
    return locked(failed);
}

const tkd_nor *tkd_nor_flash(void) {
    static const tkd_nor flash = {
        (const uint8_t *)(uintptr_t)TKD_NOR_BASE, TKD_NOR_BYTES, TKD_NOR_PAGE, TKD_NOR_UNIT, erase, program,
    };
    return &flash;
}
