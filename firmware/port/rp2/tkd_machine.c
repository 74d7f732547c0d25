/*
 * Raspberry Pi RP2040 and RP2350, which have these parts at other addresses (tkd_rp2.h): UART0 on pins 0 and 1 at the
 * board's rate, the clock from a crystal of 12 MHz, and SysTick as counter in steps of the clock.
 * Source: RP2040 data sheet, chapters 2.14 (resets), 2.15 (clocks), 2.16 (crystal), 2.18 (PLL), 2.19.6 (pins), 4.2
 * (UART); RP2350 data sheet, chapters 7.5, 8.1, 8.2, 8.6, 9.11, 12.1.
 */
#include "tkd_machine.h"

#include "tkd_cortexm.h"
#include "tkd_rp2.h"
#include "tkd_systick.h"

#define CLEARING 0x3000u /* from a register to its alias that clears bits */
#define RESETS_RESET_CLR TKD_REG(TKD_RP2_RESETS + CLEARING)
#define RESETS_DONE TKD_REG(TKD_RP2_RESETS + 0x08u)

#define XOSC_CTRL TKD_REG(TKD_RP2_XOSC)
#define XOSC_STATUS TKD_REG(TKD_RP2_XOSC + 0x04u)
#define XOSC_STARTUP TKD_REG(TKD_RP2_XOSC + 0x0Cu)
#define XOSC_1_15_MHZ 0xAA0u
#define XOSC_ENABLE (0xFABu << 12)
#define XOSC_STABLE (1u << 31)
#define XOSC_DELAY 47u /* 1 ms, in units of 256 cycles */

/* 12 MHz * 125, divided by TKD_RP2_DIVIDER and 2 */
#define PLL_CS TKD_REG(TKD_RP2_PLL_SYS)
#define PLL_PWR_CLR TKD_REG(TKD_RP2_PLL_SYS + CLEARING + 0x04u)
#define PLL_FBDIV TKD_REG(TKD_RP2_PLL_SYS + 0x08u)
#define PLL_PRIM TKD_REG(TKD_RP2_PLL_SYS + 0x0Cu)
#define PLL_LOCKED (1u << 31)
#define PLL_POWER ((1u << 0) | (1u << 5))
#define PLL_POST_DIVIDERS (1u << 3)
#define FEEDBACK 125u
#define DIVIDERS ((TKD_RP2_DIVIDER << 16) | (2u << 12))

#if TKD_CLOCK_HZ != 12000000u / 2u * 125u / TKD_RP2_DIVIDER
#error "TKD_CLOCK_HZ is not what the PLL is set to"
#endif

#define CLK_REF_CTRL TKD_REG(TKD_RP2_CLOCKS + 0x30u)
#define CLK_REF_SELECTED TKD_REG(TKD_RP2_CLOCKS + 0x38u)
#define CLK_SYS_CTRL TKD_REG(TKD_RP2_CLOCKS + 0x3Cu)
#define CLK_SYS_SELECTED TKD_REG(TKD_RP2_CLOCKS + 0x44u)
#define CLK_PERI_CTRL TKD_REG(TKD_RP2_CLOCKS + 0x48u)
#define REF_FROM_XOSC 2u
#define SYS_FROM_PLL 1u /* through its auxiliary multiplexer, whose first input is the PLL */
#define PERI_FROM_SYS (1u << 11)

#define PIN_CTRL(pin) TKD_REG(TKD_RP2_IO_BANK0 + 0x04u + 8u * (pin))
#define FUNCTION_UART 2u

#define UART(offset) TKD_REG(TKD_RP2_UART0 + (offset))
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
    PLL_PRIM = DIVIDERS;
    PLL_PWR_CLR = PLL_POST_DIVIDERS;
    CLK_SYS_CTRL = SYS_FROM_PLL;
    wait_for(&CLK_SYS_SELECTED, 1u << SYS_FROM_PLL);
    CLK_PERI_CTRL = PERI_FROM_SYS;
}

void tkd_machine_init(void) {
    RESETS_RESET_CLR = TKD_RP2_NEEDED;
    wait_for(&RESETS_DONE, TKD_RP2_NEEDED);
    start_clocks();
    PIN_CTRL(0u) = FUNCTION_UART;
    PIN_CTRL(1u) = FUNCTION_UART;
    tkd_rp2_open_pads();
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
