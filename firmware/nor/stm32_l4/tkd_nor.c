/*
 * tkd_nor.h in the second bank of the flash of an STM32L475 or L476 with 1 MiB. Not run here: compiled only.
 * Source: ST RM0351, chapter 3, "Embedded Flash memory".
 */
#define BANK_2 0x08080000u
#include "tkd_nor_stm32_pages.h"

const tkd_nor *tkd_nor_flash(void) { return second_bank(); }
