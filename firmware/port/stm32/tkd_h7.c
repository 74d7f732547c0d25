/*
 * STM32H743: 400 MHz from the 64 MHz oscillator inside, which every revision of the chip bears; both caches on.
 * Source: RM0433, chapters 4 (flash), 6 (PWR) and 8 (RCC); Armv7-M Architecture Reference Manual B3.2 (caches).
 * Nothing here uses DMA, so data that is cached needs no upkeep.
 */
#include "tkd_stm32.h"

#if defined(TKD_STM32_H7)

#define RCC_CR 0x58024400u
#define RCC_CFGR 0x58024410u
#define RCC_D1CFGR 0x58024418u
#define RCC_D2CFGR 0x5802441Cu
#define RCC_D3CFGR 0x58024420u
#define RCC_PLLCKSELR 0x58024428u
#define RCC_PLLCFGR 0x5802442Cu
#define RCC_PLL1DIVR 0x58024430u
#define RCC_AHB4ENR 0x580244E0u
#define RCC_APB1LENR 0x580244E8u
#define PWR_CSR1 0x58024804u
#define PWR_CR3 0x5802480Cu
#define PWR_D3CR 0x58024818u
#define FLASH_ACR 0x52002000u
#define GPIOD 0x58020C00u

#define HSI_HZ 64000000u
#define PLL1ON (1u << 24)
#define PLL1RDY (1u << 25)
#define VOSRDY (1u << 13)

#define SCB_CCR 0xE000ED14u
#define SCB_CCSIDR 0xE000ED80u
#define SCB_CSSELR 0xE000ED84u
#define SCB_ICIALLU 0xE000EF50u
#define SCB_DCISW 0xE000EF60u
#define CCR_IC (1u << 17)
#define CCR_DC (1u << 16)

static void barrier(void) { __asm__ volatile("dsb\n\tisb" ::: "memory"); }

static void start_icache(void) {
    barrier();
    TKD_REG(SCB_ICIALLU) = 0;
    barrier();
    TKD_REG(SCB_CCR) |= CCR_IC;
    barrier();
}

/* Every line is invalidated by set and way: what the memory holds after power-up is not data. */
static void start_dcache(void) {
    TKD_REG(SCB_CSSELR) = 0;
    barrier();
    const uint32_t size = TKD_REG(SCB_CCSIDR);
    for (uint32_t set = 0; set <= ((size >> 13) & 0x7FFFu); ++set) {
        for (uint32_t way = 0; way <= ((size >> 3) & 0x3FFu); ++way) {
            TKD_REG(SCB_DCISW) = (set << 5) | (way << 30);
        }
    }
    barrier();
    TKD_REG(SCB_CCR) |= CCR_DC;
    barrier();
}

/* The supply is the regulator inside; only then may the voltage be raised to VOS1. */
static int raise_voltage(void) {
    tkd_set(PWR_CR3, 7u, 2u);
    if (!tkd_comes(PWR_CSR1, VOSRDY, VOSRDY)) {
        return 0;
    }
    tkd_set(PWR_D3CR, 3u << 14, 3u << 14);
    return tkd_comes(PWR_D3CR, VOSRDY, VOSRDY);
}

/* 64 MHz over 4, by 50, over 2; the buses at half the core's rate, their peripherals at a quarter. */
static int run_on_pll(void) {
    tkd_set(RCC_PLLCKSELR, 0x3F3u, 4u << 4);
    tkd_set(RCC_PLLCFGR, (1u << 16) | 0xFu, (1u << 16) | (3u << 2));
    tkd_set(RCC_PLL1DIVR, 0xFFFFu, (50u - 1u) | ((2u - 1u) << 9));
    TKD_REG(RCC_CR) |= PLL1ON;
    if (!tkd_comes(RCC_CR, PLL1RDY, PLL1RDY)) {
        return 0;
    }
    tkd_set(RCC_D1CFGR, 0xF7Fu, (4u << 4) | 8u);
    tkd_set(RCC_D2CFGR, 0x770u, (4u << 8) | (4u << 4));
    tkd_set(RCC_D3CFGR, 0x70u, 4u << 4);
    tkd_set(RCC_CFGR, 7u, 3u);
    return tkd_comes(RCC_CFGR, 7u << 3, 3u << 3);
}

tkd_clocks tkd_stm32_start_clocks(void) {
    start_icache();
    start_dcache();
    tkd_set(FLASH_ACR, 0x3Fu, 0x22u);
    if (!raise_voltage() || !run_on_pll()) {
        const tkd_clocks slow = {HSI_HZ, HSI_HZ};
        return slow;
    }
    const tkd_clocks fast = {400000000u, 100000000u};
    return fast;
}

/* USART3 on PD8 and PD9, function 7: the debugger's serial port. */
void tkd_stm32_start_pins(void) {
    TKD_REG(RCC_AHB4ENR) |= 1u << 3;
    TKD_REG(RCC_APB1LENR) |= 1u << 18;
    tkd_pin(GPIOD, 8u, 7u);
    tkd_pin(GPIOD, 9u, 7u);
}

const char *tkd_stm32_caches(void) {
    const uint32_t on = TKD_REG(SCB_CCR) & (CCR_IC | CCR_DC);
    return on == (CCR_IC | CCR_DC) ? "icache dcache" : on == CCR_IC ? "icache" : "";
}

#endif
