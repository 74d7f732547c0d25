/*
 * The second bank of the flash of an STM32G4 or L4: pages of 2 KiB, double words, each written once. The processor runs
 * on from the first bank meanwhile. The driver says where the bank begins (BANK_2). Sources: ST RM0351 and RM0440,
 * chapter 3, "Embedded Flash memory".
 */
#ifndef TKD_NOR_STM32_PAGES_H
#define TKD_NOR_STM32_PAGES_H

#include "tkd_bytes.h"

#define FLASH_REG(offset) (*(volatile uint32_t *)(0x40022000u + (offset)))
#define ACR FLASH_REG(0x00u)
#define KEYR FLASH_REG(0x08u)
#define SR FLASH_REG(0x10u)
#define CR FLASH_REG(0x14u)
#define ECCR FLASH_REG(0x18u)
#define OPTR FLASH_REG(0x20u)
#define SR_ERRORS 0x3FAu
#define CR_PER (1u << 1)
#define CR_PAGE(number) ((number) << 3)
#define CR_BANK_2 (1u << 11)
#define ECCR_ECCD (1u << 31)

#include "tkd_nor_stm32.h"

#define PAGE_BYTES 2048u
#define DOUBLE_WORD 8u

#if TKD_NOR_PAGE != PAGE_BYTES || TKD_NOR_UNIT != DOUBLE_WORD || TKD_NOR_BASE < BANK_2
#error "the slot of an STM32G4 or L4 lies in its second bank, in pages of 2 KiB, and is written by double words"
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

static int erase(uint32_t offset) {
    return erase_selected(CR_PER | CR_BANK_2 | CR_PAGE((TKD_NOR_BASE - BANK_2 + offset) / PAGE_BYTES));
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
    return locked(failed);
}

static const tkd_nor *second_bank(void) {
    static const tkd_nor flash = {
        (const uint8_t *)(uintptr_t)TKD_NOR_BASE, TKD_NOR_BYTES, TKD_NOR_PAGE, TKD_NOR_UNIT, erase, program,
    };
    return &flash;
}

#endif
