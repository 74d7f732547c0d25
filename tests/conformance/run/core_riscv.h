/*
 * A RISC-V of 32 bits for io_semihosting.c: the call of the host, and from reset to reset().
 * Source: RISC-V semihosting 1.0: three instructions that are not compressed, in one page.
 */
#ifndef CONFORMANCE_CORE_RISCV_H
#define CONFORMANCE_CORE_RISCV_H

#include <stdint.h>

static void fault(void);
static void reset(void);

static int host(int operation, const void *argument) {
    register int a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = argument;
    __asm__ volatile(".option push\n .option norvc\n .balign 16\n"
                     "slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n .option pop"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
}

__attribute__((aligned(4))) static void trap(void) { fault(); }

static void core_init(void) { __asm__ volatile("csrw mtvec, %0" ::"r"(trap)); }

__attribute__((naked, used, section(".vectors"))) static void vector(void) {
    __asm__ volatile("la sp, stack_top\n j %0" ::"i"(reset));
}

#endif
