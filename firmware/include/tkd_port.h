/*
 * What a platform provides to the harness: bytes in, bytes out, a counter, and marks of memory use.
 * One implementation per platform in firmware/port/<name>/port.c; everything above is platform-free.
 */
#ifndef TKD_PORT_H
#define TKD_PORT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void tkd_port_init(void);

/* The next received byte, 0..255, waiting up to timeout_ms (0: do not wait); -1 when none came. */
int tkd_port_read(uint32_t timeout_ms);

void tkd_port_write(const uint8_t *data, size_t bytes);

/* A free-running 32-bit counter that wraps, in the unit and rate that the two functions below name. */
uint32_t tkd_port_ticks(void);
const char *tkd_port_tick_unit(void); /* "instructions", "cycles" or "ns" */
uint32_t tkd_port_tick_hz(void);

/* The core's clock in Hz, 0 where unknown; and its caches and the like that are on, as text: "icache dcache". */
uint32_t tkd_port_core_hz(void);
const char *tkd_port_caches(void);

/* How many bytes the host may have under way unanswered without an overrun. */
uint32_t tkd_port_rx_window(void);

/* Stack: bytes reserved, and the most that was ever used (painted at start-up); 0 where unknown. */
uint32_t tkd_port_stack_bytes(void);
uint32_t tkd_port_stack_used(void);

/* Restart the program as after power-up (a host process may just run on from its start state). */
void tkd_port_reset(void);

#ifdef __cplusplus
}
#endif
#endif
