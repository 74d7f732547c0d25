#include "tkd_fault.h"

#include "tkd_cortexm.h"
#include "tkd_machine.h"

void tkd_fault_report(const uint32_t *frame);

static void say(const char *text) {
    while (*text != 0) {
        tkd_machine_put((uint8_t)*text++);
    }
}

static void say_hex(const char *before, uint32_t value) {
    say(before);
    for (int shift = 28; shift >= 0; shift -= 4) {
        tkd_machine_put((uint8_t) "0123456789abcdef"[(value >> shift) & 15u]);
    }
}

static void wait_for_question(void) {
    int byte;
    do {
        byte = tkd_machine_get();
    } while (byte != 0 && byte != '\r' && byte != '\n');
}

void tkd_fault_stop(const char *reason) {
    (void)tkd_lock();
    for (;;) {
        say("\r\ntinykd fault: ");
        say(reason);
        say("\r\n");
        wait_for_question();
    }
}

#if defined(__ARM_ARCH_6M__)
static int stack_limit_was_hit(void) { return 0; }

static void say_causes(void) {}
#else
static int stack_limit_was_hit(void) { return (TKD_SCB_CFSR & TKD_CFSR_STKOF) != 0; }

static void say_causes(void) {
    say_hex(" cfsr ", TKD_SCB_CFSR);
    say_hex(" bfar ", TKD_SCB_BFAR);
}
#endif

/* `frame` is the stack pointer at the fault: r0-r3, r12, lr, pc, xpsr, where the core could still store them. */
static int frame_is_readable(const uint32_t *frame) {
    return frame >= tkd_stack_limit && frame + 8 <= tkd_stack_top_word && !stack_limit_was_hit();
}

void tkd_fault_report(const uint32_t *frame) {
    (void)tkd_lock();
    for (;;) {
        say("\r\ntinykd fault: exception");
        say_hex(" ", TKD_SCB_ICSR & 0x1FFu);
        if (frame_is_readable(frame)) {
            say_hex(" pc ", frame[6]);
            say_hex(" lr ", frame[5]);
        } else {
            say(" stack overflow");
        }
        say_causes();
        say("\r\n");
        wait_for_question();
    }
}

/* The old stack pointer goes to the report, which runs on a fresh stack: the old one may be what broke. */
__attribute__((naked)) void tkd_fault_entry(void) {
    __asm__ volatile("mov r0, sp\n\t"
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
                     "movs r1, #0\n\t"
                     "msr msplim, r1\n\t"
#endif
                     "ldr r1, =tkd_stack_top\n\t"
                     "mov sp, r1\n\t"
                     "ldr r1, =tkd_fault_report\n\t"
                     "bx r1\n\t"
                     ".ltorg");
}
