/* tkd_core.h on a Cortex-M: SysTick is the heartbeat, and the NVIC's line of the UART is on only while waiting. */
#include "tkd_core.h"

#include "tkd_cortexm.h"
#include "tkd_systick.h"

#ifndef TKD_UART_IRQ
#error "the board's TOML must define TKD_UART_IRQ"
#endif

void tkd_core_init(void) { tkd_systick_init(); }

uint32_t tkd_core_begin_wait(void) {
    const uint32_t primask = tkd_lock();
    TKD_NVIC_ICPR(TKD_UART_IRQ) = TKD_NVIC_BIT(TKD_UART_IRQ);
    TKD_NVIC_ISER(TKD_UART_IRQ) = TKD_NVIC_BIT(TKD_UART_IRQ);
    return primask;
}

void tkd_core_end_wait(uint32_t before) {
    TKD_NVIC_ICER(TKD_UART_IRQ) = TKD_NVIC_BIT(TKD_UART_IRQ);
    tkd_unlock(before);
}

void tkd_core_sleep(void) {
    tkd_sleep();
    TKD_NVIC_ICPR(TKD_UART_IRQ) = TKD_NVIC_BIT(TKD_UART_IRQ);
    tkd_systick_poll();
}

void tkd_core_reset(void) {
    TKD_SCB_AIRCR = TKD_AIRCR_RESET;
    for (;;) {
        tkd_sleep();
    }
}
