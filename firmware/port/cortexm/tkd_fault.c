#include "tkd_fault.h"

#include "tkd_core.h"
#include "tkd_cortexm.h"
#include "tkd_last_words.h"

void tkd_fault_report(const uint32_t *frame);

void tkd_fault_stop(const char *reason) {
    (void)tkd_lock();
    for (;;) {
        tkd_last_text("\r\ntinykd fault: ");
        tkd_last_text(reason);
        tkd_last_text("\r\n");
        tkd_last_question();
    }
}

#if defined(__ARM_ARCH_6M__)
static int stack_limit_was_hit(void) { return 0; }

static void say_causes(void) {}
#else
static int stack_limit_was_hit(void) { return (TKD_SCB_CFSR & TKD_CFSR_STKOF) != 0; }

static void say_causes(void) {
    tkd_last_hex(" cfsr ", TKD_SCB_CFSR);
    tkd_last_hex(" bfar ", TKD_SCB_BFAR);
}
#endif

/* `frame` is the stack pointer at the fault: r0-r3, r12, lr, pc, xpsr, where the core could still store them. */
static int frame_is_readable(const uint32_t *frame) {
    return frame >= tkd_stack_limit && frame + 8 <= tkd_stack_top_word && !stack_limit_was_hit();
}

void tkd_fault_report(const uint32_t *frame) {
    (void)tkd_lock();
    for (;;) {
        tkd_last_text("\r\ntinykd fault: exception");
        tkd_last_hex(" ", TKD_SCB_ICSR & 0x1FFu);
        if (frame_is_readable(frame)) {
            tkd_last_hex(" pc ", frame[6]);
            tkd_last_hex(" lr ", frame[5]);
        } else {
            tkd_last_text(" stack overflow");
        }
        say_causes();
        tkd_last_text("\r\n");
        tkd_last_question();
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
