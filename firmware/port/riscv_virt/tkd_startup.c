/*
 * From reset to main(), and what cannot go on. No C library start-up, no constructors, no heap.
 *
 * What the linker script calls flash is RAM on this machine. Physical memory protection makes it read-only, so that
 * a stack that grows below RAM faults instead of overwriting the program: a locked entry holds in machine mode too.
 */
#include <stdint.h>

#include "tkd_core.h"
#include "tkd_last_words.h"
#include "tkd_memory.h"
#include "tkd_riscv.h"

extern int main(void);

void tkd_reset(void);
void tkd_start(void);
void tkd_fault_entry(void);
void tkd_fault_report(uintptr_t stack_pointer);

#define FLASH 0x80000000u
#define FLASH_BYTES 0x00400000u
#define PMP_NAPOT ((FLASH >> 2) | ((FLASH_BYTES >> 3) - 1u))
#define PMP_LOCKED_NAPOT_X_R 0x9Du

__attribute__((naked, section(".vectors"))) void tkd_reset(void) {
    __asm__ volatile("la sp, tkd_stack_top\n\t"
                     "la t0, tkd_fault_entry\n\t"
                     "csrw mtvec, t0\n\t"
                     "j tkd_start");
}

static void paint_stack(void) {
    uint32_t *top;
    __asm__ volatile("mv %0, sp" : "=r"(top));
    tkd_paint_stack(top);
}

void tkd_start(void) {
    TKD_CSR_WRITE("pmpaddr0", PMP_NAPOT);
    TKD_CSR_WRITE("pmpcfg0", PMP_LOCKED_NAPOT_X_R);
    paint_stack();
    tkd_fill_memory();
    main();
    for (;;) {
        tkd_last_text("\r\ntinykd fault: main returned\r\n");
        tkd_last_question();
    }
}

static void say_registers(void) {
    uint32_t cause, address, value;
    TKD_CSR_READ("mcause", cause);
    TKD_CSR_READ("mepc", address);
    TKD_CSR_READ("mtval", value);
    tkd_last_hex(" ", cause);
    tkd_last_hex(" pc ", address);
    tkd_last_hex(" at ", value);
}

void tkd_fault_report(uintptr_t stack_pointer) {
    for (;;) {
        tkd_last_text("\r\ntinykd fault: exception");
        say_registers();
        if (stack_pointer < (uintptr_t)tkd_stack_limit) {
            tkd_last_text(" stack overflow");
        }
        tkd_last_text("\r\n");
        tkd_last_question();
    }
}

/* The report runs on a fresh stack: the old one may be what broke. */
__attribute__((naked, aligned(4))) void tkd_fault_entry(void) {
    __asm__ volatile("mv a0, sp\n\t"
                     "la sp, tkd_stack_top\n\t"
                     "j tkd_fault_report");
}
