/*
 * STM32F405 as QEMU models it: USART1, and TIM2 as a 32-bit counter that QEMU clocks at 1 GHz.
 * Source: ST RM0090, chapters 7 (RCC), 18 (TIM2) and 30 (USART). No pins and no PLL: QEMU has neither, so this is
 * no start-up for a real chip.
 *
 * Interrupts stay locked out for good, so that no handler adds to what TIM2 counts.
 */
#include "tkd_machine.h"

#include "tkd_cortexm.h"

#define RCC_APB1ENR TKD_REG(0x40023840u)
#define RCC_APB2ENR TKD_REG(0x40023844u)
#define APB1_TIM2 1u
#define APB2_USART1 (1u << 4)

#define TIM2_CR1 TKD_REG(0x40000000u)
#define TIM2_EGR TKD_REG(0x40000014u)
#define TIM2_CNT TKD_REG(0x40000024u)
#define TIM2_PSC TKD_REG(0x40000028u)
#define TIM2_ARR TKD_REG(0x4000002Cu)

#define USART_SR TKD_REG(0x40011000u)
#define USART_DR TKD_REG(0x40011004u)
#define USART_BRR TKD_REG(0x40011008u)
#define USART_CR1 TKD_REG(0x4001100Cu)
#define SR_RXNE (1u << 5)
#define SR_TXE (1u << 7)
#define CR1_UE_RXNEIE_TE_RE ((1u << 13) | (1u << 5) | (1u << 3) | (1u << 2))

void tkd_machine_init(void) {
    (void)tkd_lock();
    RCC_APB1ENR |= APB1_TIM2;
    RCC_APB2ENR |= APB2_USART1;
    TIM2_PSC = 0;
    TIM2_ARR = 0xFFFFFFFFu;
    TIM2_EGR = 1u;
    TIM2_CR1 = 1u;
    USART_BRR = 0x2D9u; /* 115200 Bd from 84 MHz */
    USART_CR1 = CR1_UE_RXNEIE_TE_RE;
}

int tkd_machine_get(void) { return USART_SR & SR_RXNE ? (int)(USART_DR & 0xFFu) : -1; }

void tkd_machine_put(uint8_t byte) {
    while ((USART_SR & SR_TXE) == 0) {
    }
    USART_DR = byte;
}

uint32_t tkd_machine_ticks(void) { return TIM2_CNT; }
