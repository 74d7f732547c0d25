/*
 * Arm MPS2 and MPS3 boards: the CMSDK APB UART, and SysTick as counter.
 * Source: Arm Cortex-M System Design Kit Technical Reference Manual (DDI 0479), chapter 4.3.
 * The board's TOML defines TKD_UART_BASE.
 */
#include "tkd_machine.h"

#include "tkd_cortexm.h"
#include "tkd_systick.h"

#ifndef TKD_UART_BASE
#error "the board's TOML must define TKD_UART_BASE"
#endif

#define UART_DATA TKD_REG(TKD_UART_BASE + 0x00u)
#define UART_STATE TKD_REG(TKD_UART_BASE + 0x04u)
#define UART_CTRL TKD_REG(TKD_UART_BASE + 0x08u)
#define UART_INT TKD_REG(TKD_UART_BASE + 0x0Cu)
#define UART_BAUDDIV TKD_REG(TKD_UART_BASE + 0x10u)

#define STATE_TX_FULL 1u
#define STATE_RX_FULL 2u
#define CTRL_TX_RX_RXINT 0xBu
#define INT_RX 2u

void tkd_machine_init(void) {
    UART_BAUDDIV = TKD_CLOCK_HZ / 115200u;
    UART_CTRL = CTRL_TX_RX_RXINT;
}

int tkd_machine_get(void) {
    if ((UART_STATE & STATE_RX_FULL) == 0) {
        return -1;
    }
    UART_INT = INT_RX;
    return (int)(UART_DATA & 0xFFu);
}

void tkd_machine_put(uint8_t byte) {
    while (UART_STATE & STATE_TX_FULL) {
    }
    UART_DATA = byte;
}

uint32_t tkd_machine_ticks(void) { return tkd_systick_ticks(); }
