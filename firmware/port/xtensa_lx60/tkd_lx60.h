/*
 * Special registers by name, and the registers of the LX60 evaluation board without an MMU.
 * Source: Xtensa Instruction Set Architecture Reference Manual, chapters 4.4 and 5.3; QEMU's hw/xtensa/xtfpga.c.
 */
#ifndef TKD_LX60_H
#define TKD_LX60_H

#include <stdint.h>

#define TKD_REG(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define TKD_RSR(name, value) __asm__ volatile("rsr %0, " name : "=r"(value))
#define TKD_WSR(name, value) __asm__ volatile("wsr %0, " name "\n\trsync" ::"r"(value) : "memory")

#define TKD_BOARD_RESET TKD_REG(0x9D020010u)
#define TKD_UART(index) TKD_REG(0x9D050020u + 4u * (index))

/* CCOUNT goes at 40 MHz of the emulator's time, in which one instruction takes a nanosecond. */
#define TKD_NS_PER_CYCLE 25u

#endif
