/* What the firmware does when it cannot go on: says so on the UART, and says it again whenever it is asked. */
#ifndef TKD_FAULT_H
#define TKD_FAULT_H

/* Vector of every exception that must not happen. */
void tkd_fault_entry(void);

/* Reports `reason` and stays; every byte 0x00 (a frame's end) or line end that comes in is answered with it. */
__attribute__((noreturn)) void tkd_fault_stop(const char *reason);

#endif
