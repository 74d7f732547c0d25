/*
 * The UART that each board has on its USB cable or its pins, and the two layouts of its registers.
 * Source: RM0090 chapter 30 (F1, F4) and RM0433 chapter 48 (G0, H7, L4); vectors and interrupts from ST's CMSIS
 * headers.
 */
#ifndef TKD_UART_H
#define TKD_UART_H

#include "tkd_stm32.h"

#if defined(TKD_STM32_F1) || (defined(TKD_STM32_F4) && TKD_UART == 1)
#define TKD_UART_HANDLER USART1_IRQHandler
#define TKD_UART_IRQ 37u
#if defined(TKD_STM32_F1)
#define TKD_UART_BASE 0x40013800u
#else
#define TKD_UART_BASE 0x40011000u
#endif
#elif defined(TKD_STM32_F4) && TKD_UART == 2
#define TKD_UART_BASE 0x40004400u
#define TKD_UART_HANDLER USART2_IRQHandler
#define TKD_UART_IRQ 38u
#elif defined(TKD_STM32_G0)
#define TKD_UART_BASE 0x40004400u
#define TKD_UART_HANDLER USART2_IRQHandler
#define TKD_UART_IRQ 28u
#elif defined(TKD_STM32_H7)
#define TKD_UART_BASE 0x40004800u
#define TKD_UART_HANDLER USART3_IRQHandler
#define TKD_UART_IRQ 39u
#elif defined(TKD_STM32_L4)
#define TKD_UART_BASE 0x40008000u
#define TKD_UART_HANDLER LPUART1_IRQHandler
#define TKD_UART_IRQ 70u
#else
#error "the board's TOML must define TKD_STM32_F1, _F4 (with TKD_UART 1 or 2), _G0, _H7 or _L4"
#endif

#define TKD_UART_TE_RE ((1u << 3) | (1u << 2))
#define TKD_UART_RXNEIE (1u << 5)
#define TKD_UART_RXNE (1u << 5)
#define TKD_UART_TC (1u << 6) /* all is sent */
#define TKD_UART_TXE (1u << 7)
#define TKD_UART_ORE (1u << 3)

#if defined(TKD_STM32_F1) || defined(TKD_STM32_F4)
#define TKD_UART_STATE TKD_REG(TKD_UART_BASE + 0x00u)
#define TKD_UART_RX TKD_REG(TKD_UART_BASE + 0x04u) /* reading it clears an overrun, too */
#define TKD_UART_TX TKD_REG(TKD_UART_BASE + 0x04u)
#define TKD_UART_BRR TKD_REG(TKD_UART_BASE + 0x08u)
#define TKD_UART_CR1 TKD_REG(TKD_UART_BASE + 0x0Cu)
#define TKD_UART_UE (1u << 13)
static inline void tkd_uart_clear_overrun(void) {}
#else
#define TKD_UART_CR1 TKD_REG(TKD_UART_BASE + 0x00u)
#define TKD_UART_BRR TKD_REG(TKD_UART_BASE + 0x0Cu)
#define TKD_UART_STATE TKD_REG(TKD_UART_BASE + 0x1Cu)
#define TKD_UART_ICR TKD_REG(TKD_UART_BASE + 0x20u)
#define TKD_UART_RX TKD_REG(TKD_UART_BASE + 0x24u)
#define TKD_UART_TX TKD_REG(TKD_UART_BASE + 0x28u)
#define TKD_UART_UE (1u << 0)
static inline void tkd_uart_clear_overrun(void) { TKD_UART_ICR = TKD_UART_ORE; }
#endif

/* The low-power UART divides a clock that is 256 times as fast; the product is kept within 32 bits by 1/16 of both. */
static inline uint32_t tkd_uart_divisor(uint32_t clock_hz, uint32_t baud) {
#if defined(TKD_STM32_L4)
    return (clock_hz * 16u + baud / 32u) / (baud / 16u);
#else
    return (clock_hz + baud / 2u) / baud;
#endif
}

#endif
