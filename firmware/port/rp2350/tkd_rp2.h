/*
 * What port/rp2 must know of an RP2350. Source: RP2350 data sheet, 2.2 (addresses), 7.5.3 (resets), 9.7 (isolation of
 * pads after a reset); the Pico SDK's hardware/regs headers.
 */
#ifndef TKD_RP2_H
#define TKD_RP2_H

#include "tkd_cortexm.h"

#define TKD_RP2_CLOCKS 0x40010000u
#define TKD_RP2_RESETS 0x40020000u
#define TKD_RP2_IO_BANK0 0x40028000u
#define TKD_RP2_XOSC 0x40048000u
#define TKD_RP2_PLL_SYS 0x40050000u
#define TKD_RP2_UART0 0x40070000u
#define TKD_RP2_NEEDED ((1u << 6) | (1u << 9) | (1u << 14) | (1u << 26)) /* pins, pads, PLL, UART */
#define TKD_RP2_DIVIDER 5u                                               /* 150 MHz */
#define TKD_RP2_PAD(pin) TKD_REG(0x40038004u + 4u * (pin))
#define TKD_RP2_PAD_OPEN 0x56u /* no isolation; input on, 4 mA, pulled down, Schmitt trigger */

/* The pins of the UART, once their function is chosen. */
static inline void tkd_rp2_open_pads(void) {
    TKD_RP2_PAD(0u) = TKD_RP2_PAD_OPEN;
    TKD_RP2_PAD(1u) = TKD_RP2_PAD_OPEN;
}

#endif
