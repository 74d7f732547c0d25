/*
 * tkd_nor.h in the second bank of the flash of an STM32G473, G474, G483 or G484 with 512 KiB, as long as its option bit
 * DBANK is set, which it is from the factory. Not run here: compiled only. Source: ST RM0440, chapter 3, "Embedded
 * Flash memory".
 */
#define BANK_2 0x08040000u
#include "tkd_nor_stm32_pages.h"

#define OPTR_DBANK (1u << 22)

const tkd_nor *tkd_nor_flash(void) { return (OPTR & OPTR_DBANK) != 0u ? second_bank() : NULL; }
