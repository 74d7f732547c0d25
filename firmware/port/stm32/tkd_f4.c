/*
 * STM32F4 from the 16 MHz oscillator inside: 84, 100, 168 or 180 MHz. The flash accelerator has both caches.
 * Source: RM0368 (F401), RM0383 (F411), RM0090 (F407), RM0390 (F446), chapters "PWR", "RCC", "Embedded flash".
 */
#include "tkd_stm32.h"

#if defined(TKD_STM32_F4)

#define RCC_CR 0x40023800u
#define RCC_PLLCFGR 0x40023804u
#define RCC_CFGR 0x40023808u
#define RCC_AHB1ENR 0x40023830u
#define RCC_APB1ENR 0x40023840u
#define RCC_APB2ENR 0x40023844u
#define PWR_CR 0x40007000u
#define PWR_CSR 0x40007004u
#define FLASH_ACR 0x40023C00u
#define GPIOA 0x40020000u

#define HSI_HZ 16000000u
#define MHZ (TKD_CLOCK_HZ / 1000000u)
#define PLLON (1u << 24)
#define PLLRDY (1u << 25)
#define ODEN (1u << 16)
#define ODSWEN (1u << 17)
#define FLASH_CACHES ((1u << 10) | (1u << 9))
#define FLASH_PREFETCH (1u << 8)
#define WAIT_STATES ((MHZ - 1u) / 30u) /* at 2.7 V and more */

#if TKD_CLOCK_HZ > 100000000u
#define PLL_P 2u
#define APB1 4u
#define APB2 2u
#else
#define PLL_P 4u
#define APB1 2u
#define APB2 1u
#endif
#define PLL_N (MHZ * PLL_P)                      /* 1 MHz by N is the VCO's rate */
#define CFGR_APB1 ((APB1 == 4u ? 5u : 4u) << 10) /* divides by 2 or 4 */
#define CFGR_APB2 ((APB2 == 2u ? 4u : 0u) << 13)

/* The core's voltage: the F411 must be told, the F446 has an over-drive for its last 12 MHz. */
static void raise_voltage(void) {
    TKD_REG(RCC_APB1ENR) |= 1u << 28;
    if (MHZ == 100u) {
        tkd_set(PWR_CR, 3u << 14, 3u << 14);
    }
}

static int drive_over(void) {
    if (MHZ <= 168u) {
        return 1;
    }
    TKD_REG(PWR_CR) |= ODEN;
    if (!tkd_comes(PWR_CSR, ODEN, ODEN)) {
        return 0;
    }
    TKD_REG(PWR_CR) |= ODSWEN;
    return tkd_comes(PWR_CSR, ODSWEN, ODSWEN);
}

static int run_on_pll(void) {
    tkd_set(RCC_PLLCFGR, 0x00437FFFu, 16u | (PLL_N << 6) | ((PLL_P / 2u - 1u) << 16));
    TKD_REG(RCC_CR) |= PLLON;
    if (!drive_over() || !tkd_comes(RCC_CR, PLLRDY, PLLRDY)) {
        return 0;
    }
    tkd_set(RCC_CFGR, (7u << 10) | (7u << 13), CFGR_APB1 | CFGR_APB2);
    tkd_set(RCC_CFGR, 3u, 2u);
    return tkd_comes(RCC_CFGR, 3u << 2, 2u << 2);
}

tkd_clocks tkd_stm32_start_clocks(void) {
    tkd_set(FLASH_ACR, 0xFu, WAIT_STATES | FLASH_CACHES | FLASH_PREFETCH);
    raise_voltage();
    if (!run_on_pll()) {
        const tkd_clocks slow = {HSI_HZ, HSI_HZ};
        return slow;
    }
    const tkd_clocks fast = {TKD_CLOCK_HZ, TKD_CLOCK_HZ / (TKD_UART == 1 ? APB2 : APB1)};
    return fast;
}

/* USART1: PA9 and PA10. USART2: PA2 and PA3. Function 7. */
void tkd_stm32_start_pins(void) {
    TKD_REG(RCC_AHB1ENR) |= 1u;
#if TKD_UART == 1
    TKD_REG(RCC_APB2ENR) |= 1u << 4;
    tkd_pin(GPIOA, 9u, 7u);
    tkd_pin(GPIOA, 10u, 7u);
#else
    TKD_REG(RCC_APB1ENR) |= 1u << 17;
    tkd_pin(GPIOA, 2u, 7u);
    tkd_pin(GPIOA, 3u, 7u);
#endif
}

const char *tkd_stm32_caches(void) {
    return (TKD_REG(FLASH_ACR) & FLASH_CACHES) == FLASH_CACHES ? "icache dcache" : "";
}

#endif
