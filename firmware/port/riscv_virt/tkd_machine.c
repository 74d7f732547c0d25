/*
 * QEMU's generic RISC-V machine: a 16550 UART, and the processor's counter of instructions.
 * Source: QEMU's hw/riscv/virt.c (addresses), National Semiconductor PC16550D data sheet (UART).
 */
#include "tkd_machine.h"

#include "tkd_riscv.h"

#define UART(offset) TKD_REG8(0x10000000u + (offset))
#define UART_DATA UART(0u)
#define UART_IER UART(1u)
#define UART_FCR UART(2u)
#define UART_LCR UART(3u)
#define UART_LSR UART(5u)
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

int tkd_machine_get(void) { return UART_LSR & LSR_RX ? (int)UART_DATA : -1; }

void tkd_machine_put(uint8_t byte) {
    while ((UART_LSR & LSR_TX_EMPTY) == 0) {
    }
    UART_DATA = byte;
}

uint32_t tkd_machine_ticks(void) {
    uint32_t instructions;
    TKD_CSR_READ("minstret", instructions);
    return instructions;
}
