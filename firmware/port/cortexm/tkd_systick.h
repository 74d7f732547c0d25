/*
 * SysTick as a heartbeat that ends every sleep within 10 ms, and as a 1 GHz counter in steps of the core's clock
 * (40 ns at 25 MHz), for machines that have no better one.
 */
#ifndef TKD_SYSTICK_H
#define TKD_SYSTICK_H

#include <stdint.h>

void tkd_systick_init(void);
void tkd_systick_handler(void);

/* Does the handler's work when interrupts are locked out. */
void tkd_systick_poll(void);

uint32_t tkd_systick_ticks(void);

#endif
