/*
 * What tkd_port.c asks of a family of STM32, written on registers: no HAL, so the same code runs where there is none.
 *
 * The board's TOML defines the family (TKD_STM32_F1, _F4, _G0, _H7 or _L4), TKD_CLOCK_HZ (the clock wanted), TKD_BAUD
 * and, on the F4, TKD_UART. One file per family sets the clock to that rate from an oscillator inside the chip, so that
 * no board needs a crystal (the F1 needs one for its last 8 MHz). Every wait has an end: a clock that does not come
 * leaves the chip on the one that it woke with, and all that depends on the rate goes by the one there really is.
 */
#ifndef TKD_STM32_H
#define TKD_STM32_H

#include <stdint.h>

#define TKD_REG(address) (*(volatile uint32_t *)(uintptr_t)(address))

typedef struct tkd_clocks {
    uint32_t core_hz;
    uint32_t uart_hz; /* what the UART divides */
} tkd_clocks;

/* Wait states, flash accelerator, PLL, caches. */
tkd_clocks tkd_stm32_start_clocks(void);

/* The UART's clock, and its two pins. */
void tkd_stm32_start_pins(void);

/* The caches that are on, as tkd_port_caches() says it. */
const char *tkd_stm32_caches(void);

/* Sets the bits of `mask` in a register to those of `value`. */
static inline void tkd_set(uintptr_t address, uint32_t mask, uint32_t value) {
    TKD_REG(address) = (TKD_REG(address) & ~mask) | value;
}

/* True as soon as the bits of `mask` are `value`; false when that did not happen in some milliseconds. */
static inline int tkd_comes(uintptr_t address, uint32_t mask, uint32_t value) {
    for (uint32_t tries = 0; tries < 100000u; ++tries) {
        if ((TKD_REG(address) & mask) == value) {
            return 1;
        }
    }
    return 0;
}

/* GPIO of all families but the F1 (RM0090 chapter 8): `pin` has function `function`, high speed, pulled up. */
static inline void tkd_pin(uintptr_t port, uint32_t pin, uint32_t function) {
    const uint32_t at = 4u * (pin % 8u);
    tkd_set(port + 0x20u + 4u * (pin / 8u), 0xFu << at, function << at);
    tkd_set(port + 0x08u, 3u << (2u * pin), 2u << (2u * pin));
    tkd_set(port + 0x0Cu, 3u << (2u * pin), 1u << (2u * pin));
    tkd_set(port + 0x00u, 3u << (2u * pin), 2u << (2u * pin));
}

#endif
