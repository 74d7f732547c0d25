/*
 * TI (Luminary) Stellaris LM3S6965: UART0, a PL011, and SysTick as counter.
 * Source: LM3S6965 data sheet, chapters 5 (system control) and 12 (UART). The clock is 50 MHz: the PLL's 200 MHz by 4.
 */
#include "tkd_machine.h"

#include "tkd_cortexm.h"
#include "tkd_systick.h"

#define SYSCTL_RCC TKD_REG(0x400FE060u)
#define SYSCTL_RCGC1 TKD_REG(0x400FE104u)
#define SYSCTL_RCGC2 TKD_REG(0x400FE108u)
#define RCC_BYPASS (1u << 11)
#define RCC_PWRDN (1u << 13)
#define RCC_USESYSDIV (1u << 22)
#define RCC_SYSDIV_MASK (0xFu << 23)
#define RCC_SYSDIV_4 (3u << 23)

#define GPIOA_AFSEL TKD_REG(0x40004420u)
#define GPIOA_DEN TKD_REG(0x4000451Cu)
#define PINS_UART0 3u

#define UART_DR TKD_REG(0x4000C000u)
#define UART_FR TKD_REG(0x4000C018u)
#define UART_IBRD TKD_REG(0x4000C024u)
#define UART_FBRD TKD_REG(0x4000C028u)
#define UART_LCRH TKD_REG(0x4000C02Cu)
#define UART_CTL TKD_REG(0x4000C030u)
#define UART_IM TKD_REG(0x4000C038u)
#define UART_ICR TKD_REG(0x4000C044u)
#define FR_RXFE (1u << 4)
#define FR_TXFF (1u << 5)
#define LCRH_8N1 (3u << 5) /* without FIFOs: every byte interrupts */
#define CTL_RX_TX_ON 0x301u
#define IM_RX (1u << 4)

static void start_clock(void) {
    SYSCTL_RCC = (SYSCTL_RCC & ~(RCC_SYSDIV_MASK | RCC_PWRDN)) | RCC_SYSDIV_4 | RCC_USESYSDIV;
    SYSCTL_RCC &= ~RCC_BYPASS;
}

void tkd_machine_init(void) {
    start_clock();
    SYSCTL_RCGC1 |= 1u;
    SYSCTL_RCGC2 |= 1u;
    GPIOA_AFSEL |= PINS_UART0;
    GPIOA_DEN |= PINS_UART0;
    UART_CTL = 0;
    UART_IBRD = TKD_CLOCK_HZ / (16u * 115200u);
    UART_FBRD = (TKD_CLOCK_HZ % (16u * 115200u) * 64u + 8u * 115200u) / (16u * 115200u);
    UART_LCRH = LCRH_8N1;
    UART_IM = IM_RX;
    UART_CTL = CTL_RX_TX_ON;
}

int tkd_machine_get(void) {
    if (UART_FR & FR_RXFE) {
        return -1;
    }
    UART_ICR = IM_RX;
    return (int)(UART_DR & 0xFFu);
}

void tkd_machine_put(uint8_t byte) {
    while (UART_FR & FR_TXFF) {
    }
    UART_DR = byte;
}

uint32_t tkd_machine_ticks(void) { return tkd_systick_ticks(); }
