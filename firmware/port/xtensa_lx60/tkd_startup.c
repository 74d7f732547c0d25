/*
 * From reset to main(), and what cannot go on. No C library start-up, no constructors, no heap.
 *
 * Interrupts and exceptions come through three vectors; one handler of a few instructions tells them apart.
 */
#include <stdint.h>

#include "tkd_core.h"
#include "tkd_last_words.h"
#include "tkd_lx60.h"
#include "tkd_memory.h"

extern const uint32_t tkd_vectors[];
extern int main(void);

void tkd_start(void);
void tkd_fault_report(uintptr_t stack_pointer);

/* PS 0x2F: user mode, all interrupts masked, no exception under way. */
__asm__(".section .vectors, \"ax\"\n"
        ".global tkd_reset, tkd_vectors\n"
        ".balign 256\n"
        "tkd_vectors:\n"
        ".org tkd_vectors + 0x30\n" /* exceptions in kernel mode, */
        "    j handler\n"
        ".org tkd_vectors + 0x50\n" /* in user mode, with interrupts, */
        "    j handler\n"
        ".org tkd_vectors + 0x70\n" /* within an exception */
        "    j fault\n"
        ".balign 4\n"
        ".literal_position\n"
        "handler:\n"
        "    wsr a2, excsave1\n"
        "    rsr a2, exccause\n"
        "    bnei a2, 4, fault\n"
        "    movi a2, 0\n"
        "    wsr a2, intenable\n"
        "    rsync\n"
        "    rsr a2, excsave1\n"
        "    rfe\n"
        "fault:\n" /* the report runs on a fresh stack: the old one may be what broke */
        "    mov a2, a1\n"
        "    movi a1, tkd_stack_top\n"
        "    movi a0, tkd_fault_report\n"
        "    jx a0\n"
        "tkd_reset:\n"
        "    movi a2, 0x2F\n"
        "    wsr a2, ps\n"
        "    rsync\n"
        "    movi a1, tkd_stack_top\n"
        "    movi a0, tkd_start\n"
        "    jx a0\n"
        ".text\n");

static void paint_stack(void) {
    uint32_t *top;
    __asm__ volatile("mov %0, a1" : "=r"(top));
    tkd_paint_stack(top);
}

void tkd_start(void) {
    TKD_WSR("intenable", 0);
    TKD_WSR("vecbase", tkd_vectors);
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
    TKD_RSR("exccause", cause);
    TKD_RSR("epc1", address);
    TKD_RSR("excvaddr", value);
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
