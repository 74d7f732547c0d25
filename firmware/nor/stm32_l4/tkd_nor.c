/*
 * tkd_nor.h in the second bank of the flash of an STM32L475 or L476 with 1 MiB: pages of 2 KiB, double words, each
 * written once. The processor runs on from the first bank meanwhile. Not run here: compiled only.
 * Source: ST RM0351, chapter 3, "Embedded Flash memory".
 */
#include "tkd_nor.h"

#include "tkd_bytes.h"

#define FLASH_REG(offset) (*(volatile uint32_t *)(0x40022000u + (offset)))
#define ACR FLASH_REG(0x00u)
#define KEYR FLASH_REG(0x08u)
#define SR FLASH_REG(0x10u)
#define CR FLASH_REG(0x14u)
#define ECCR FLASH_REG(0x18u)
#define ACR_DCEN (1u << 10)
#define ACR_DCRST (1u << 12)
#define SR_ERRORS 0x3FAu
#define SR_BSY (1u << 16)
#define CR_PG (1u << 0)
#define CR_PER (1u << 1)
#define CR_PAGE(number) ((number) << 3)
#define CR_BANK_2 (1u << 11)
#define CR_STRT (1u << 16)
#define CR_LOCK (1u << 31)
#define ECCR_ECCD (1u << 31)
#define KEY_1 0x45670123u
#define KEY_2 0xCDEF89ABu

#define BANK_2 0x08080000u
#define PAGE_BYTES 2048u
#define DOUBLE_WORD 8u

#if TKD_NOR_PAGE != PAGE_BYTES || TKD_NOR_UNIT != DOUBLE_WORD || TKD_NOR_BASE < BANK_2
#error "the slot of an STM32L4 lies in its second bank, in pages of 2 KiB, and is written by double words"
#endif

void NMI_Handler(void); /* in place of the start-up code's, which never returns */

/*
 * A double word that was being written when the power went may have another ECC than its own: who reads it gets it as
 * it is, and an NMI, at every start-up (RM0351, 3.3.2; ST AN4894 does the same). tkd_banks.c then finds no CRC or no
 * mark.
 */
void NMI_Handler(void) {
    while ((ECCR & ECCR_ECCD) == 0u) { /* another's */
    }
    ECCR |= ECCR_ECCD; /* is cleared */
}

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
    CR = control;
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
    unlock(CR_PER | CR_BANK_2 | CR_PAGE((TKD_NOR_BASE - BANK_2 + offset) / PAGE_BYTES));
    CR |= CR_STRT;
    const int failed = has_failed();
    CR = CR_LOCK;
    forget_cached();
    return failed;
}

static int program(uint32_t offset, const uint8_t *data, uint32_t bytes) {
    int failed = 0;
    unlock(CR_PG);
    for (uint32_t i = 0; !failed && i < bytes; i += DOUBLE_WORD) {
        volatile uint32_t *const there = (volatile uint32_t *)(TKD_NOR_BASE + offset + i);
        there[0] = tkd_get_u32(data + i);
        there[1] = tkd_get_u32(data + i + 4u);
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
