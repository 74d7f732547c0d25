/*
 * STM32F100 as QEMU models it on the STM32VLDISCOVERY: USART1, and SysTick as counter.
 * Source: ST RM0041, chapters 6 (RCC) and 23 (USART). No pins and no PLL: QEMU has neither; port/stm32 has both.
 */
#include "tkd_machine.h"

#include "tkd_cortexm.h"
#include "tkd_systick.h"

#define RCC_APB2ENR TKD_REG(0x40021018u)
#define APB2_USART1 (1u << 14)

#define USART_SR TKD_REG(0x40013800u)
#define USART_DR TKD_REG(0x40013804u)
#define USART_BRR TKD_REG(0x40013808u)
#define USART_CR1 TKD_REG(0x4001380Cu)
#define SR_RXNE (1u << 5)
#define SR_TXE (1u << 7)
#define CR1_UE_RXNEIE_TE_RE ((1u << 13) | (1u << 5) | (1u << 3) | (1u << 2))

void tkd_machine_init(void) {
    RCC_APB2ENR |= APB2_USART1;
    USART_BRR = TKD_CLOCK_HZ / 115200u;
    USART_CR1 = CR1_UE_RXNEIE_TE_RE;
}

int tkd_machine_get(void) { return USART_SR & SR_RXNE ? (int)(USART_DR & 0xFFu) : -1; }

void tkd_machine_put(uint8_t byte) {
    while ((USART_SR & SR_TXE) == 0) {
    }
    USART_DR = byte;
}

uint32_t tkd_machine_ticks(void) { return tkd_systick_ticks(); }
