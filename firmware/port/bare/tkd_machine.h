/*
 * What one family of chips adds to the common bare-metal port: a UART and a counter.
 *
 * A new family on a Cortex-M is one tkd_machine.c with these four functions. The board's TOML defines TKD_UART_IRQ (the
 * number in the NVIC of the UART's receive interrupt), TKD_CLOCK_HZ and whatever else that file asks for.
 */
#ifndef TKD_MACHINE_H
#define TKD_MACHINE_H

#include <stdint.h>

/* Clocks, pins, UART with its receive interrupt on; the interrupt controller's line stays off. */
void tkd_machine_init(void);

/* A received byte 0..255, or -1. */
int tkd_machine_get(void);

/* Sends one byte, waiting for room. */
void tkd_machine_put(uint8_t byte);

/* A 32-bit counter at 1 GHz that wraps. Under QEMU's `-icount shift=0` that is one per instruction. */
uint32_t tkd_machine_ticks(void);

#endif
