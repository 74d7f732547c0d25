/*
 * start.c for a Xtensa LX106 on QEMU's LX60: text goes out by simcall, which also ends the run. A tick is 40
 * instructions, as there: CCOUNT goes on by one in 25 under -icount shift=0.
 * Source: QEMU's target/xtensa/xtensa-semi.c (operation in A2, arguments in A3 to A5).
 */
#include <stdint.h>
#include <string.h>

extern uint8_t bss_start[], bss_end[], data_start[], data_end[];
extern const uint8_t data_load[];
int main(void);
void reset(void);
void fault(void);
void test_write(const char *text);
uint32_t test_ticks(void);

/* Masked interrupts, no exception under way; vectors of exceptions at their places from VECBASE on. */
__asm__(".section .vectors, \"ax\"\n"
        ".global vector\n"
        ".balign 256\n"
        "table:\n"
        ".org table + 0x30\n j broken\n"
        ".org table + 0x50\n j broken\n"
        ".org table + 0x70\n j broken\n"
        ".balign 4\n .literal_position\n"
        "broken:\n movi a1, stack_top\n movi a0, fault\n jx a0\n"
        "vector:\n movi a2, 0x2F\n wsr a2, ps\n rsync\n"
        " movi a2, table\n wsr a2, vecbase\n rsync\n"
        " movi a1, stack_top\n movi a0, reset\n jx a0\n"
        ".text\n");

static void host(uint32_t operation, uint32_t first, uint32_t second, uint32_t third) {
    register uint32_t a2 __asm__("a2") = operation;
    register uint32_t a3 __asm__("a3") = first;
    register uint32_t a4 __asm__("a4") = second;
    register uint32_t a5 __asm__("a5") = third;
    __asm__ volatile("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
}

void test_write(const char *text) { host(4u, 1u, (uint32_t)text, strlen(text)); }

uint32_t test_ticks(void) {
    uint32_t cycles;
    __asm__ volatile("rsr %0, ccount" : "=r"(cycles));
    return cycles * 5u / 8u;
}

__attribute__((noreturn)) static void leave(uint32_t code) {
    for (;;) {
        host(1u, code, 0, 0);
    }
}

void fault(void) {
    test_write("fault\n");
    leave(1u);
}

void reset(void) {
    memset(bss_start, 0, (size_t)(bss_end - bss_start));
    memcpy(data_start, data_load, (size_t)(data_end - data_start));
    (void)main();
    leave(0);
}
