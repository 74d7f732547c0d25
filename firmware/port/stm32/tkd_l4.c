/*
 * STM32L4+: 120 MHz from the 16 MHz oscillator inside. The flash accelerator has both caches.
 * Source: RM0432, chapters 3 (flash), 5 (PWR: range 1 boost above 80 MHz) and 6 (RCC).
 */
#include "tkd_stm32.h"

#if defined(TKD_STM32_L4)

#define RCC_CR 0x40021000u
#define RCC_CFGR 0x40021008u
#define RCC_PLLCFGR 0x4002100Cu
#define RCC_AHB2ENR 0x4002104Cu
#define RCC_APB1ENR1 0x40021058u
#define RCC_APB1ENR2 0x4002105Cu
#define PWR_CR2 0x40007004u
#define PWR_CR5 0x40007080u
#define FLASH_ACR 0x40022000u
#define GPIOG 0x48001800u

#define MSI_HZ 4000000u
#define HSION (1u << 8)
#define HSIRDY (1u << 10)
#define PLLON (1u << 24)
#define PLLRDY (1u << 25)
#define HSI_OVER_2_BY_30_OVER_2 (2u | (1u << 4) | (30u << 8) | (1u << 24))
#define FLASH_CACHES ((1u << 10) | (1u << 9))
#define FLASH_PREFETCH (1u << 8)
#define CFGR_AHB (0xFu << 4)
#define AHB_HALF (8u << 4)

static int run_on_pll(void) {
    TKD_REG(RCC_CR) |= HSION;
    if (!tkd_comes(RCC_CR, HSIRDY, HSIRDY)) {
        return 0;
    }
    tkd_set(RCC_PLLCFGR, 0xFFFFFFFFu, HSI_OVER_2_BY_30_OVER_2);
    TKD_REG(RCC_CR) |= PLLON;
    if (!tkd_comes(RCC_CR, PLLRDY, PLLRDY)) {
        return 0;
    }
    tkd_set(RCC_CFGR, CFGR_AHB, AHB_HALF); /* for a microsecond at least: RM0432 5.1.8 */
    tkd_set(RCC_CFGR, 3u, 3u);
    return tkd_comes(RCC_CFGR, 3u << 2, 3u << 2);
}

tkd_clocks tkd_stm32_start_clocks(void) {
    TKD_REG(RCC_APB1ENR1) |= 1u << 28;
    tkd_set(PWR_CR5, 1u << 8, 0);
    tkd_set(FLASH_ACR, 0xFu, 5u | FLASH_CACHES | FLASH_PREFETCH);
    const uint32_t hz = run_on_pll() ? 120000000u : MSI_HZ;
    (void)tkd_comes(RCC_CR, 0u, 1u); /* some milliseconds */
    tkd_set(RCC_CFGR, CFGR_AHB, 0);
    const tkd_clocks clocks = {hz, hz};
    return clocks;
}

/* LPUART1 on PG7 and PG8, function 8: the debugger's serial port. Port G has a supply of its own. */
void tkd_stm32_start_pins(void) {
    TKD_REG(PWR_CR2) |= 1u << 9;
    TKD_REG(RCC_AHB2ENR) |= 1u << 6;
    TKD_REG(RCC_APB1ENR2) |= 1u;
    tkd_pin(GPIOG, 7u, 8u);
    tkd_pin(GPIOG, 8u, 8u);
}

const char *tkd_stm32_caches(void) {
    return (TKD_REG(FLASH_ACR) & FLASH_CACHES) == FLASH_CACHES ? "icache dcache" : "";
}

#endif
