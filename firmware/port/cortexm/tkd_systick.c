#include "tkd_systick.h"

#include "tkd_cortexm.h"

#ifndef TKD_CLOCK_HZ
#error "the board's TOML must define TKD_CLOCK_HZ, the rate of SysTick"
#endif

#define BEAT_NS 10000000u
#define BEAT_CLOCKS (TKD_CLOCK_HZ / 100u)
#define CLOCK_MHZ (TKD_CLOCK_HZ / 1000000u)

#if TKD_CLOCK_HZ > 400000000u || TKD_CLOCK_HZ % 1000000u != 0
#error "TKD_CLOCK_HZ must be whole MHz and at most 400 MHz, or the arithmetic below overflows"
#endif

static volatile uint32_t beats_ns; /* time of the last beat, modulo 2^32 */

void tkd_systick_init(void) {
    TKD_SYST_RVR = BEAT_CLOCKS - 1u;
    TKD_SYST_CVR = 0;
    TKD_SYST_CSR = 7u; /* core clock, interrupt, enable */
}

void tkd_systick_handler(void) { beats_ns += BEAT_NS; }

void tkd_systick_poll(void) {
    if (TKD_SCB_ICSR & TKD_ICSR_PENDSTSET) {
        TKD_SCB_ICSR = TKD_ICSR_PENDSTCLR;
        tkd_systick_handler();
    }
}

/* CVR counts down; a beat between the two reads shows as a pending interrupt, and CVR is then read again. */
uint32_t tkd_systick_ticks(void) {
    const uint32_t primask = tkd_lock();
    uint32_t left = TKD_SYST_CVR;
    if (TKD_SCB_ICSR & TKD_ICSR_PENDSTSET) {
        tkd_systick_poll();
        left = TKD_SYST_CVR;
    }
    const uint32_t clocks = BEAT_CLOCKS - 1u - left;
    const uint32_t now = beats_ns + clocks * 1000u / CLOCK_MHZ;
    tkd_unlock(primask);
    return now;
}
