/*
 * start.c for a RISC-V of 32 bits on QEMU's virt: text goes out by semihosting, which also ends the run. A tick is 40
 * instructions, as there: minstret counts each under -icount shift=0.
 */
#include <stdint.h>
#include <string.h>

extern uint8_t bss_start[], bss_end[], data_start[], data_end[];
extern const uint8_t data_load[];
int main(void);
void test_write(const char *text);
uint32_t test_ticks(void);

/* Three instructions that are not compressed, in one page (RISC-V semihosting 1.0). */
static int semihost(int call, const void *argument) {
    register int a0 __asm__("a0") = call;
    register const void *a1 __asm__("a1") = argument;
    __asm__ volatile(".option push\n .option norvc\n .balign 16\n"
                     "slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n .option pop"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
}

void test_write(const char *text) { (void)semihost(0x04, text); }

uint32_t test_ticks(void) {
    uint32_t count;
    __asm__ volatile("csrr %0, minstret" : "=r"(count));
    return count / 40u;
}

__attribute__((noreturn)) static void leave(uint32_t how) {
    (void)semihost(0x18, (const void *)how);
    for (;;) {
    }
}

__attribute__((aligned(4))) static void fault(void) {
    test_write("fault\n");
    leave(0x20024u);
}

static void reset(void) {
    __asm__ volatile("csrw mtvec, %0" ::"r"(fault));
    memset(bss_start, 0, (size_t)(bss_end - bss_start));
    memcpy(data_start, data_load, (size_t)(data_end - data_start));
    (void)main();
    leave(0x20026u); /* ADP_Stopped_ApplicationExit */
}

__attribute__((naked, used, section(".vectors"))) static void vector(void) {
    __asm__ volatile("la sp, stack_top\n j %0" ::"i"(reset));
}
