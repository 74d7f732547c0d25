/* What port/rp2 must know of an RP2040. Source: RP2040 data sheet, 2.2 (addresses), 2.14.3 (resets). */
#ifndef TKD_RP2_H
#define TKD_RP2_H

#define TKD_RP2_RESETS 0x4000C000u
#define TKD_RP2_CLOCKS 0x40008000u
#define TKD_RP2_IO_BANK0 0x40014000u
#define TKD_RP2_XOSC 0x40024000u
#define TKD_RP2_PLL_SYS 0x40028000u
#define TKD_RP2_UART0 0x40034000u
#define TKD_RP2_NEEDED ((1u << 5) | (1u << 8) | (1u << 12) | (1u << 22)) /* pins, pads, PLL, UART */
#define TKD_RP2_DIVIDER 6u                                               /* 125 MHz */

/* They are, after a reset. */
static inline void tkd_rp2_open_pads(void) {}

#endif
