/*
 * Nordic nRF51822 on the BBC micro:bit: its UART, and SysTick as counter (62.5 ns steps).
 * Source: nRF51 Series Reference Manual 3.0, chapter 29 (UART).
 */
#include "tkd_machine.h"

#include "tkd_cortexm.h"
#include "tkd_systick.h"

#define UART(offset) TKD_REG(0x40002000u + (offset))
#define UART_STARTRX UART(0x000u)
#define UART_STARTTX UART(0x008u)
#define UART_RXDRDY UART(0x108u)
#define UART_TXDRDY UART(0x11Cu)
#define UART_INTENSET UART(0x304u)
#define UART_ENABLE UART(0x500u)
#define UART_PSELTXD UART(0x50Cu)
#define UART_PSELRXD UART(0x514u)
#define UART_RXD UART(0x518u)
#define UART_TXD UART(0x51Cu)
#define UART_BAUDRATE UART(0x524u)

#define INT_RXDRDY (1u << 2)
#define ENABLED 4u
#define PIN_TXD 24u
#define PIN_RXD 25u
#define BAUD_115200 0x01D7E000u

void tkd_machine_init(void) {
    UART_PSELTXD = PIN_TXD;
    UART_PSELRXD = PIN_RXD;
    UART_BAUDRATE = BAUD_115200;
    UART_ENABLE = ENABLED;
    UART_INTENSET = INT_RXDRDY;
    UART_STARTRX = 1u;
    UART_STARTTX = 1u;
}

/* RXD is a FIFO of six: reading it raises RXDRDY again while there is more, so the event is cleared first. */
int tkd_machine_get(void) {
    if (UART_RXDRDY == 0) {
        return -1;
    }
    UART_RXDRDY = 0;
    return (int)(UART_RXD & 0xFFu);
}

void tkd_machine_put(uint8_t byte) {
    UART_TXDRDY = 0;
    UART_TXD = byte;
    while (UART_TXDRDY == 0) {
    }
}

uint32_t tkd_machine_ticks(void) { return tkd_systick_ticks(); }
