/*
 * tkd_port.h on a bare processor. Receiving sleeps: with interrupts locked out, a pending receive interrupt ends the
 * sleep without a handler, so a byte is taken one instruction after the core wakes and nothing is lost in between.
 */
#include "tkd_port.h"

#include "tkd_core.h"
#include "tkd_machine.h"

/* The emulator's UART does not overrun: it holds bytes back until the last one was taken. */
#ifndef TKD_RX_WINDOW
#define TKD_RX_WINDOW 2048u
#endif

#define TICKS_PER_MS 1000000u
#define MOST_MS 4000u /* the counter wraps after 4294 ms */

void tkd_port_init(void) {
    tkd_machine_init();
    tkd_core_init();
}

static int wait_for_byte(uint32_t ticks) {
    const uint32_t begin = tkd_machine_ticks();
    int byte = tkd_machine_get();
    while (byte < 0 && tkd_machine_ticks() - begin < ticks) {
        tkd_core_sleep();
        byte = tkd_machine_get();
    }
    return byte;
}

int tkd_port_read(uint32_t timeout_ms) {
    int byte = tkd_machine_get();
    if (byte >= 0 || timeout_ms == 0) {
        return byte;
    }
    const uint32_t before = tkd_core_begin_wait();
    byte = wait_for_byte((timeout_ms < MOST_MS ? timeout_ms : MOST_MS) * TICKS_PER_MS);
    tkd_core_end_wait(before);
    return byte;
}

void tkd_port_write(const uint8_t *data, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
        tkd_machine_put(data[i]);
    }
}

uint32_t tkd_port_ticks(void) { return tkd_machine_ticks(); }

/* An emulator that knows how long instructions take. */
#if defined(TKD_TICKS_ARE_TIME)
const char *tkd_port_tick_unit(void) { return "nanoseconds"; }
#else
const char *tkd_port_tick_unit(void) { return "instructions"; }
#endif

uint32_t tkd_port_tick_hz(void) { return 1000000000u; }

uint32_t tkd_port_core_hz(void) { return TKD_CLOCK_HZ; }

const char *tkd_port_caches(void) { return ""; }

uint32_t tkd_port_rx_window(void) { return TKD_RX_WINDOW; }

uint32_t tkd_port_stack_bytes(void) { return (uint32_t)((uintptr_t)tkd_stack_top_word - (uintptr_t)tkd_stack_limit); }

uint32_t tkd_port_stack_used(void) {
    const volatile uint32_t *word = tkd_stack_limit;
    while (word < tkd_stack_top_word && *word == TKD_STACK_PAINT) {
        ++word;
    }
    return (uint32_t)((uintptr_t)tkd_stack_top_word - (uintptr_t)word);
}

void tkd_port_reset(void) { tkd_core_reset(); }
