/*
 * What one kind of processor adds to the common bare-metal port: start-up, sleeping until a byte comes, restart.
 * Start-up paints the stack with TKD_STACK_PAINT, fills .data and .bss, calls main().
 */
#ifndef TKD_CORE_H
#define TKD_CORE_H

#include <stdint.h>

/* Symbols of the linker script. The stack lies at the bottom of RAM: an overflow faults, it overwrites nothing. */
extern uint32_t tkd_stack_limit[];
extern uint32_t tkd_stack_top_word[];

#define TKD_STACK_PAINT 0xC5C5C5C5u

/* The heartbeat that ends every sleep within 10 ms. */
void tkd_core_init(void);

/* Between the two a received byte ends a sleep, and no handler runs. */
uint32_t tkd_core_begin_wait(void);
void tkd_core_end_wait(uint32_t before);

/* Sleeps until a byte or a heartbeat comes; at once when one did since the last sleep. */
void tkd_core_sleep(void);

__attribute__((noreturn)) void tkd_core_reset(void);

#endif
