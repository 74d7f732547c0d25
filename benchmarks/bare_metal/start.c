/*
 * Start-up and output of benchmarks and kernel tests on emulated Cortex-M boards: text goes out by semihosting, which
 * also ends the run. SysTick runs at the core's clock of 25 MHz, 40 instructions a tick under -icount shift=0.
 */
#include <stdint.h>

extern uint32_t stack_top[], data_start[], data_end[], bss_start[], bss_end[];
extern const uint32_t data_load[];
int main(void);
void test_write(const char *text);
uint32_t test_ticks(void);
void reset(void);

#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)
#define CPACR (*(volatile uint32_t *)0xE000ED88u)

static int semihost(int call, const void *argument) {
    register int r0 __asm__("r0") = call;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void test_write(const char *text) { (void)semihost(0x04, text); }

uint32_t test_ticks(void) { return 0xffffffu - SYST_CVR; }

void reset(void) {
    CPACR |= 0xfu << 20;
    for (volatile uint32_t *to = bss_start; to < bss_end; ++to) {
        *to = 0;
    }
    const uint32_t *from = data_load;
    for (volatile uint32_t *to = data_start; to < data_end; ++to) {
        *to = *from++;
    }
    SYST_RVR = 0xffffffu;
    SYST_CVR = 0;
    SYST_CSR = 5u;
    (void)main();
    (void)semihost(0x18, (const void *)0x20026u); /* ADP_Stopped_ApplicationExit */
    for (;;) {
    }
}

static void fault(void) {
    test_write("fault\n");
    (void)semihost(0x18, (const void *)0x20024u);
    for (;;) {
    }
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {stack_top,
                                                                                   (const void *)reset,
                                                                                   (const void *)fault,
                                                                                   (const void *)fault,
                                                                                   (const void *)fault,
                                                                                   (const void *)fault,
                                                                                   (const void *)fault,
                                                                                   0,
                                                                                   0,
                                                                                   0,
                                                                                   0,
                                                                                   (const void *)fault,
                                                                                   0,
                                                                                   0,
                                                                                   0,
                                                                                   0};
