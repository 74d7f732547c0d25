/*
 * From reset to main(): FPU, stack paint, .data and .bss. No C library start-up, no constructors, no heap.
 * The vector table ends with the system exceptions: every device interrupt stays off in the NVIC's eyes, it only wakes.
 */
#include <stdint.h>

#include "tkd_core.h"
#include "tkd_cortexm.h"
#include "tkd_fault.h"
#include "tkd_memory.h"
#include "tkd_systick.h"

extern void tkd_stack_top(void); /* the same address as tkd_stack_top_word, with the type a vector has */
extern int main(void);

void tkd_reset(void);

typedef void (*tkd_vector)(void);

__attribute__((section(".vectors"), used)) static const tkd_vector vectors[16] = {
    tkd_stack_top,
    tkd_reset,
    tkd_fault_entry,
    tkd_fault_entry, /* stack, reset, NMI, HardFault */
    tkd_fault_entry,
    tkd_fault_entry,
    tkd_fault_entry,
    tkd_fault_entry, /* MemManage, BusFault, UsageFault, Secure */
    0,
    0,
    0,
    tkd_fault_entry, /* SVC */
    tkd_fault_entry,
    0,
    tkd_fault_entry,
    tkd_systick_handler,
};

static void protect_stack(void) {
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
    __asm__ volatile("msr msplim, %0" ::"r"(tkd_stack_limit));
#endif
    uint32_t *top;
    __asm__ volatile("mov %0, sp" : "=r"(top));
    tkd_paint_stack(top);
}

void tkd_reset(void) {
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    TKD_SCB_CPACR |= TKD_CPACR_FPU;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
    protect_stack();
    tkd_fill_memory();
    main();
    tkd_fault_stop("main returned");
}
