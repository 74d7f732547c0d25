#include "tkd_mlperf_clock.h"

#include "tkd_port.h"

#define US_PER_S 1000000u

void tkd_mlperf_clock_start(tkd_mlperf_clock *clock) {
    clock->ticks = 0;
    clock->last = tkd_port_ticks();
}

void tkd_mlperf_clock_look(tkd_mlperf_clock *clock) {
    const uint32_t now = tkd_port_ticks();
    clock->ticks += (uint32_t)(now - clock->last);
    clock->last = now;
}

uint32_t tkd_mlperf_clock_us(tkd_mlperf_clock *clock) {
    const uint32_t hz = tkd_port_tick_hz();
    tkd_mlperf_clock_look(clock);
    if (hz == 0) {
        return 0;
    }
    const uint64_t seconds = clock->ticks / hz;
    const uint64_t rest = clock->ticks % hz; /* below 2^32, so that rest * 10^6 fits */
    return (uint32_t)(seconds * US_PER_S + rest * US_PER_S / hz);
}
