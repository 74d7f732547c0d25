/* tkd_port.h with nothing behind it: every answer is the same on every run. What is written is collected. */
#include "fixed_port.h"

#include <stdlib.h>
#include <string.h>

#include "tkd_port.h"

uint8_t fixed_wire[1u << 17];
size_t fixed_wire_bytes;

static uint32_t now;

void tkd_port_init(void) {}

int tkd_port_read(uint32_t timeout_ms) {
    (void)timeout_ms;
    return -1;
}

void tkd_port_write(const uint8_t *data, size_t bytes) {
    if (bytes > sizeof fixed_wire - fixed_wire_bytes) {
        abort();
    }
    memcpy(fixed_wire + fixed_wire_bytes, data, bytes);
    fixed_wire_bytes += bytes;
}

uint32_t tkd_port_ticks(void) { return now += 1000u; }
const char *tkd_port_tick_unit(void) { return "ns"; }
uint32_t tkd_port_tick_hz(void) { return 1000000000u; }
uint32_t tkd_port_core_hz(void) { return 0; }
const char *tkd_port_caches(void) { return ""; }
uint32_t tkd_port_rx_window(void) { return 4000; }
uint32_t tkd_port_stack_bytes(void) { return 2048; }
uint32_t tkd_port_stack_used(void) { return 700; }
void tkd_port_reset(void) {}
