/*
 * What start-up does to RAM before main(), on every processor. Painting is always inlined: a frame of its own
 * would lie in what it paints.
 */
#ifndef TKD_MEMORY_H
#define TKD_MEMORY_H

#include <stdint.h>

#include "tkd_core.h"

/* Symbols of the linker script. */
extern uint32_t tkd_data_start[], tkd_data_end[], tkd_bss_start[], tkd_bss_end[];
extern const uint32_t tkd_data_load[];

/* All of the stack below `top`, the stack pointer. */
__attribute__((always_inline)) static inline void tkd_paint_stack(const uint32_t *top) {
    for (volatile uint32_t *word = tkd_stack_limit; word < top; ++word) {
        *word = TKD_STACK_PAINT;
    }
}

/* .data from flash, .bss with 0. */
static inline void tkd_fill_memory(void) {
    const uint32_t *from = tkd_data_load;
    for (volatile uint32_t *to = tkd_data_start; to < tkd_data_end; ++to) {
        *to = *from++;
    }
    for (volatile uint32_t *to = tkd_bss_start; to < tkd_bss_end; ++to) {
        *to = 0;
    }
}

#endif
