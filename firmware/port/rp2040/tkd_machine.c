/*
 * Raspberry Pi RP2040: UART0 on pins 0 and 1 at the board's rate, clocks of 125 MHz from a crystal of 12 MHz, and
 * SysTick as counter (8 ns steps).
 * Source: RP2040 data sheet, chapters 2.14 (resets), 2.15 (clocks), 2.16 (crystal), 2.18 (PLL), 2.19.6 (pins), 4.2
 * (UART).
 */
#include "tkd_machine.h"

#include "tkd_cortexm.h"
#include "tkd_systick.h"

#define RESETS_RESET_CLR TKD_REG(0x4000F000u) /* the alias that clears bits */
#define RESETS_DONE TKD_REG(0x4000C008u)
#define RESET_IO_BANK0 (1u << 5)
#define RESET_PADS_BANK0 (1u << 8)
#define RESET_PLL_SYS (1u << 12)
#define RESET_UART0 (1u << 22)
#define NEEDED (RESET_IO_BANK0 | RESET_PADS_BANK0 | RESET_PLL_SYS | RESET_UART0)

#define XOSC_CTRL TKD_REG(0x40024000u)
#define XOSC_STATUS TKD_REG(0x40024004u)
#define XOSC_STARTUP TKD_REG(0x4002400Cu)
#define XOSC_1_15_MHZ 0xAA0u
#define XOSC_ENABLE (0xFABu << 12)
#define XOSC_STABLE (1u << 31)
#define XOSC_DELAY 47u /* 1 ms, in units of 256 cycles */

/* 12 MHz * 125 / 6 / 2 */
#define PLL_CS TKD_REG(0x40028000u)
#define PLL_PWR_CLR TKD_REG(0x4002B004u)
#define PLL_FBDIV TKD_REG(0x40028008u)
#define PLL_PRIM TKD_REG(0x4002800Cu)
#define PLL_LOCKED (1u << 31)
#define PLL_POWER ((1u << 0) | (1u << 5))
#define PLL_POST_DIVIDERS (1u << 3)
#define FEEDBACK 125u
#define BY_6_AND_2 ((6u << 16) | (2u << 12))

#define CLK_REF_CTRL TKD_REG(0x40008030u)
#define CLK_REF_SELECTED TKD_REG(0x40008038u)
#define CLK_SYS_CTRL TKD_REG(0x4000803Cu)
#define CLK_SYS_SELECTED TKD_REG(0x40008044u)
#define CLK_PERI_CTRL TKD_REG(0x40008048u)
#define REF_FROM_XOSC 2u
#define SYS_FROM_PLL 1u /* through its auxiliary multiplexer, whose first input is the PLL */
#define PERI_FROM_SYS (1u << 11)

#define PIN_CTRL(pin) TKD_REG(0x40014004u + 8u * (pin))
#define FUNCTION_UART 2u

#define UART(offset) TKD_REG(0x40034000u + (offset))
#define UART_DATA UART(0x00u)
#define UART_FLAGS UART(0x18u)
#define UART_IBRD UART(0x24u)
#define UART_FBRD UART(0x28u)
#define UART_LCR_H UART(0x2Cu)
#define UART_CR UART(0x30u)
#define UART_IMSC UART(0x38u)
#define FLAG_RX_EMPTY (1u << 4)
#define FLAG_TX_FULL (1u << 5)
#define LCR_8_BITS (3u << 5) /* without FIFO: each byte raises the interrupt */
#define CR_ON ((1u << 9) | (1u << 8) | (1u << 0))
#define INT_RX (1u << 4)

/* Divisors of the UART's 16 samples a bit, in 64ths. */
#define DIVISOR ((TKD_CLOCK_HZ / 16u * 64u + TKD_UART_BAUD / 2u) / TKD_UART_BAUD)

static void wait_for(volatile uint32_t *status, uint32_t bits) {
    while ((*status & bits) != bits) {
    }
}

static void start_clocks(void) {
    XOSC_CTRL = XOSC_1_15_MHZ;
    XOSC_STARTUP = XOSC_DELAY;
    XOSC_CTRL = XOSC_1_15_MHZ | XOSC_ENABLE;
    wait_for(&XOSC_STATUS, XOSC_STABLE);
    CLK_REF_CTRL = REF_FROM_XOSC;
    wait_for(&CLK_REF_SELECTED, 1u << REF_FROM_XOSC);
    PLL_CS = 1u;
    PLL_FBDIV = FEEDBACK;
    PLL_PWR_CLR = PLL_POWER;
    wait_for(&PLL_CS, PLL_LOCKED);
    PLL_PRIM = BY_6_AND_2;
    PLL_PWR_CLR = PLL_POST_DIVIDERS;
    CLK_SYS_CTRL = SYS_FROM_PLL;
    wait_for(&CLK_SYS_SELECTED, 1u << SYS_FROM_PLL);
    CLK_PERI_CTRL = PERI_FROM_SYS;
}

void tkd_machine_init(void) {
    RESETS_RESET_CLR = NEEDED;
    wait_for(&RESETS_DONE, NEEDED);
    start_clocks();
    PIN_CTRL(0u) = FUNCTION_UART;
    PIN_CTRL(1u) = FUNCTION_UART;
    UART_IBRD = DIVISOR >> 6;
    UART_FBRD = DIVISOR & 63u;
    UART_LCR_H = LCR_8_BITS;
    UART_CR = CR_ON;
    UART_IMSC = INT_RX;
}

int tkd_machine_get(void) { return UART_FLAGS & FLAG_RX_EMPTY ? -1 : (int)(UART_DATA & 0xFFu); }

void tkd_machine_put(uint8_t byte) {
    while (UART_FLAGS & FLAG_TX_FULL) {
    }
    UART_DATA = byte;
}

uint32_t tkd_machine_ticks(void) { return tkd_systick_ticks(); }
