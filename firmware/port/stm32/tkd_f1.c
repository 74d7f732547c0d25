/*
 * STM32F103: 72 MHz from an 8 MHz crystal, or 64 MHz from the oscillator inside. Source: RM0008, chapters 3, 7, 9.
 * No cache: a prefetch buffer.
 */
#include "tkd_stm32.h"

#if defined(TKD_STM32_F1)

#define RCC_CR 0x40021000u
#define RCC_CFGR 0x40021004u
#define RCC_APB2ENR 0x40021018u
#define FLASH_ACR 0x40022000u
#define GPIOA_CRH 0x40010804u
#define GPIOA_BSRR 0x40010810u

#define HSI_HZ 8000000u
#define HSEON (1u << 16)
#define HSERDY (1u << 17)
#define PLLON (1u << 24)
#define PLLRDY (1u << 25)
#define CFGR_PLL (0x3Fu << 16)
#define CRYSTAL_BY_9 ((1u << 16) | (7u << 18))
#define HALF_HSI_BY_16 (14u << 18)
#define APB1_HALF (4u << 8)

static int run_on_pll(uint32_t source) {
    tkd_set(RCC_CFGR, CFGR_PLL | (7u << 8), source | APB1_HALF);
    TKD_REG(RCC_CR) |= PLLON;
    if (!tkd_comes(RCC_CR, PLLRDY, PLLRDY)) {
        return 0;
    }
    tkd_set(RCC_CFGR, 3u, 2u);
    return tkd_comes(RCC_CFGR, 3u << 2, 2u << 2);
}

tkd_clocks tkd_stm32_start_clocks(void) {
    tkd_set(FLASH_ACR, 0x17u, 0x12u); /* prefetch, two wait states */
    TKD_REG(RCC_CR) |= HSEON;
    const int crystal = tkd_comes(RCC_CR, HSERDY, HSERDY);
    const uint32_t fast_hz = crystal ? 72000000u : 64000000u;
    const uint32_t hz = run_on_pll(crystal ? CRYSTAL_BY_9 : HALF_HSI_BY_16) ? fast_hz : HSI_HZ;
    const tkd_clocks clocks = {hz, hz}; /* USART1 is on APB2, undivided */
    return clocks;
}

/* PA9 sends, PA10 receives with its pull-up. */
void tkd_stm32_start_pins(void) {
    TKD_REG(RCC_APB2ENR) |= (1u << 14) | (1u << 2) | 1u;
    tkd_set(GPIOA_CRH, 0xFF0u, 0x8B0u);
    TKD_REG(GPIOA_BSRR) = 1u << 10;
}

const char *tkd_stm32_caches(void) { return ""; }

#endif
