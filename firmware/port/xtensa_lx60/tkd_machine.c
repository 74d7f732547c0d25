/*
 * QEMU's LX60 evaluation board: a 16550 UART, and the processor's cycle counter, which goes on by one in 25
 * instructions. Source: QEMU's hw/xtensa/xtfpga.c (addresses), National Semiconductor PC16550D data sheet (UART).
 */
#include "tkd_machine.h"

#include "tkd_lx60.h"

#define UART_DATA TKD_UART(0u)
#define UART_IER TKD_UART(1u)
#define UART_FCR TKD_UART(2u)
#define UART_LCR TKD_UART(3u)
#define UART_LSR TKD_UART(5u)
#define IER_RX 1u
#define FCR_ON_TRIGGER_1 1u
#define LCR_8N1 3u
#define LSR_RX 1u
#define LSR_TX_EMPTY 0x20u

void tkd_machine_init(void) {
    UART_LCR = LCR_8N1;
    UART_FCR = FCR_ON_TRIGGER_1;
    UART_IER = IER_RX;
}

int tkd_machine_get(void) { return UART_LSR & LSR_RX ? (int)(UART_DATA & 0xFFu) : -1; }

void tkd_machine_put(uint8_t byte) {
    while ((UART_LSR & LSR_TX_EMPTY) == 0) {
    }
    UART_DATA = byte;
}

uint32_t tkd_machine_ticks(void) {
    uint32_t cycles;
    TKD_RSR("ccount", cycles);
    return cycles * TKD_NS_PER_CYCLE;
}
