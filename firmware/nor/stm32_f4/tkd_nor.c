/*
 * tkd_nor.h in the flash of an STM32F4: sectors of 128 KiB, from number 5 on, and words. The processor stands still
 * while a sector is erased (1 to 2 s) or a word written (16 us), so nothing may be under way then. Not run here:
 * compiled only. Source: ST RM0090 (STM32F405/407), RM0390 (F446), RM0368 (F401), RM0383 (F411), chapter 3, "Embedded
 * Flash memory".
 */
#include "tkd_nor.h"

#include "tkd_bytes.h"

#define FLASH_REG(offset) (*(volatile uint32_t *)(0x40023C00u + (offset)))
#define ACR FLASH_REG(0x00u)
#define KEYR FLASH_REG(0x04u)
#define SR FLASH_REG(0x0Cu)
#define CR FLASH_REG(0x10u)
#define ACR_DCEN (1u << 10)
#define ACR_DCRST (1u << 12)
#define SR_ERRORS 0xF2u
#define SR_BSY (1u << 16)
#define CR_PG (1u << 0)
#define CR_SER (1u << 1)
#define CR_SECTOR(number) ((number) << 3)
#define CR_BY_WORDS (2u << 8)
#define CR_STRT (1u << 16)
#define CR_LOCK (1u << 31)
#define KEY_1 0x45670123u
#define KEY_2 0xCDEF89ABu

#define FLASH_BASE_ADDRESS 0x08000000u
#define SECTOR_BYTES 0x20000u
#define FIRST_LARGE 4u /* what is to be added: the first 128 KiB are five sectors */
#define WORD 4u

#if TKD_NOR_PAGE != SECTOR_BYTES || (TKD_NOR_BASE - FLASH_BASE_ADDRESS) % SECTOR_BYTES != 0
#error "the slot of an STM32F4 lies in whole sectors of 128 KiB"
#endif

static int has_failed(void) {
    while ((SR & SR_BSY) != 0u) {
    }
    return (SR & SR_ERRORS) != 0u;
}

static void unlock(uint32_t control) {
    (void)has_failed();
    if ((CR & CR_LOCK) != 0u) {
        KEYR = KEY_1;
        KEYR = KEY_2;
    }
    SR = SR_ERRORS;
    CR = control | CR_BY_WORDS;
}

/* What was erased may still lie in the data cache. */
static void forget_cached(void) {
    const uint32_t before = ACR;
    ACR = before & ~ACR_DCEN;
    ACR = (before & ~ACR_DCEN) | ACR_DCRST;
    ACR = before & ~ACR_DCEN;
    ACR = before;
}

static int erase(uint32_t offset) {
    const uint32_t sector = FIRST_LARGE + (TKD_NOR_BASE - FLASH_BASE_ADDRESS + offset) / SECTOR_BYTES;
    unlock(CR_SER | CR_SECTOR(sector));
    CR |= CR_STRT;
    const int failed = has_failed();
    CR = CR_LOCK;
    forget_cached();
    return failed;
}

static int program(uint32_t offset, const uint8_t *data, uint32_t bytes) {
    int failed = 0;
    unlock(CR_PG);
    for (uint32_t i = 0; !failed && i < bytes; i += WORD) {
        *(volatile uint32_t *)(TKD_NOR_BASE + offset + i) = tkd_get_u32(data + i);
        failed = has_failed();
    }
    CR = CR_LOCK;
    forget_cached();
    return failed;
}

const tkd_nor *tkd_nor_flash(void) {
    static const tkd_nor flash = {
        (const uint8_t *)(uintptr_t)TKD_NOR_BASE, TKD_NOR_BYTES, TKD_NOR_PAGE, TKD_NOR_UNIT, erase, program,
    };
    return &flash;
}
