/*
 * tkd_core.h on a Xtensa LX processor. Interrupts stay masked in PS; WAITI unmasks them, and the handler in
 * tkd_startup.c only switches them off again. The timer is the heartbeat.
 */
#include "tkd_core.h"

#include "tkd_lx60.h"

#define UART_IRQ 1u         /* bit 0, external */
#define TIMER_IRQ (1u << 6) /* CCOMPARE0 */
#define BEAT_CYCLES 400000u /* 10 ms */
#define RESET_KEY 0xDEADu

void tkd_core_init(void) {}

static void set_beat(void) {
    uint32_t now;
    TKD_RSR("ccount", now);
    TKD_WSR("ccompare0", now + BEAT_CYCLES);
}

uint32_t tkd_core_begin_wait(void) {
    set_beat();
    return 0;
}

void tkd_core_end_wait(uint32_t before) { TKD_WSR("intenable", before); }

void tkd_core_sleep(void) {
    TKD_WSR("intenable", UART_IRQ | TIMER_IRQ);
    uint32_t state;
    __asm__ volatile("waiti 0\n\trsil %0, 15" : "=r"(state)::"memory");
    (void)state;
    set_beat();
}

/* The processor keeps its registers through a reset of the board, and the emulator begins with a jump to A0. */
void tkd_core_reset(void) {
    for (;;) {
        __asm__ volatile("movi a0, tkd_reset\n\ts32i %0, %1, 0\n\tmemw" ::"r"(RESET_KEY), "r"(&TKD_BOARD_RESET)
                         : "memory");
    }
}
