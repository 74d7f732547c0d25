/* STM32G071: 64 MHz from the 16 MHz oscillator inside; the flash has an instruction cache. Source: RM0444. */
#include "tkd_stm32.h"

#if defined(TKD_STM32_G0)

#define RCC_CR 0x40021000u
#define RCC_CFGR 0x40021008u
#define RCC_PLLCFGR 0x4002100Cu
#define RCC_IOPENR 0x40021034u
#define RCC_APBENR1 0x4002103Cu
#define FLASH_ACR 0x40022000u
#define GPIOA 0x50000000u

#define HSI_HZ 16000000u
#define PLLON (1u << 24)
#define PLLRDY (1u << 25)
#define HSI_BY_8_OVER_2 (2u | (8u << 8) | (1u << 28) | (1u << 29))
#define FLASH_ICEN (1u << 9)
#define FLASH_PREFETCH (1u << 8)

static int run_on_pll(void) {
    tkd_set(RCC_PLLCFGR, 0xFFFFFFFFu, HSI_BY_8_OVER_2);
    TKD_REG(RCC_CR) |= PLLON;
    if (!tkd_comes(RCC_CR, PLLRDY, PLLRDY)) {
        return 0;
    }
    tkd_set(RCC_CFGR, 7u, 2u);
    return tkd_comes(RCC_CFGR, 7u << 3, 2u << 3);
}

tkd_clocks tkd_stm32_start_clocks(void) {
    tkd_set(FLASH_ACR, 7u, 2u | FLASH_ICEN | FLASH_PREFETCH);
    const uint32_t hz = run_on_pll() ? 64000000u : HSI_HZ;
    const tkd_clocks clocks = {hz, hz};
    return clocks;
}

/* USART2 on PA2 and PA3, function 1: the debugger's serial port. */
void tkd_stm32_start_pins(void) {
    TKD_REG(RCC_IOPENR) |= 1u;
    TKD_REG(RCC_APBENR1) |= 1u << 17;
    tkd_pin(GPIOA, 2u, 1u);
    tkd_pin(GPIOA, 3u, 1u);
}

const char *tkd_stm32_caches(void) { return TKD_REG(FLASH_ACR) & FLASH_ICEN ? "icache" : ""; }

#endif
