/* A Cortex-M for io_semihosting.c: the call of the host, and from reset to reset(). */
#ifndef CONFORMANCE_CORE_CORTEXM_H
#define CONFORMANCE_CORE_CORTEXM_H

#include <stdint.h>

extern uint32_t stack_top;

static void fault(void);
static void reset(void);

static int host(int operation, const void *argument) {
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void core_init(void) {
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20; /* the coprocessors of FPU and vectors */
    __asm__ volatile("dsb\n isb");
#endif
}

typedef void (*handler)(void);
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    handler entries[6];
} vectors = {&stack_top, {reset, fault, fault, fault, fault, fault}};

#endif
