/*
 * tkd_core.h on a RISC-V hart in machine mode. Interrupts stay off in mstatus: one that mie enables ends WFI without a
 * handler. The timer is the heartbeat, the UART comes through the PLIC.
 */
#include "tkd_core.h"

#include "tkd_riscv.h"

#define BEAT (TKD_MTIME_HZ / 100u)
#define UART_IRQ 10u
#define SIFIVE_TEST TKD_REG(0x00100000u)
#define TEST_RESET 0x7777u

/* The high halves: a machine that ran 429 s is still told the right time. */
static uint64_t now(void) {
    uint32_t high, low;
    do {
        high = TKD_REG(TKD_MTIME + 4u);
        low = TKD_REG(TKD_MTIME);
    } while (high != TKD_REG(TKD_MTIME + 4u));
    return ((uint64_t)high << 32) | low;
}

static void set_beat(void) {
    const uint64_t next = now() + BEAT;
    TKD_REG(TKD_MTIMECMP + 4u) = 0xFFFFFFFFu;
    TKD_REG(TKD_MTIMECMP) = (uint32_t)next;
    TKD_REG(TKD_MTIMECMP + 4u) = (uint32_t)(next >> 32);
}

void tkd_core_init(void) {
    TKD_PLIC_PRIORITY(UART_IRQ) = 1u;
    TKD_PLIC_THRESHOLD = 0;
    TKD_PLIC_ENABLE = 1u << UART_IRQ;
}

uint32_t tkd_core_begin_wait(void) {
    uint32_t before;
    TKD_CSR_READ("mie", before);
    set_beat();
    TKD_CSR_WRITE("mie", TKD_MIE_TIMER | TKD_MIE_EXTERNAL);
    return before;
}

void tkd_core_end_wait(uint32_t before) { TKD_CSR_WRITE("mie", before); }

void tkd_core_sleep(void) {
    __asm__ volatile("wfi" ::: "memory");
    const uint32_t irq = TKD_PLIC_CLAIM;
    if (irq != 0) {
        TKD_PLIC_CLAIM = irq;
    }
    set_beat();
}

void tkd_core_reset(void) {
    SIFIVE_TEST = TEST_RESET;
    for (;;) {
        __asm__ volatile("wfi");
    }
}
