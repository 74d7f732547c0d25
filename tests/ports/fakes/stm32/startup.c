/* Stands for STM32Cube's startup_stm32*.s: its names of handlers, weak, in a vector table that calls main(). */
#include <stdint.h>

extern uint32_t _estack[], _sdata[], _edata[], _sidata[], _sbss[], _ebss[];
extern int main(void);
void Reset_Handler(void);
void Default_Handler(void);

#define WEAK __attribute__((weak, alias("Default_Handler")))
void SysTick_Handler(void) WEAK;
void USART1_IRQHandler(void) WEAK;
void USART2_IRQHandler(void) WEAK;

void Default_Handler(void) {
    for (;;) {
    }
}

void Reset_Handler(void) {
    const uint32_t *from = _sidata;
    for (uint32_t *to = _sdata; to < _edata; ++to) {
        *to = *from++;
    }
    for (uint32_t *to = _sbss; to < _ebss; ++to) {
        *to = 0;
    }
#if defined(__ARM_FP)
    *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20;
    __asm__ volatile("dsb\n\tisb");
#endif
    main();
}

typedef void (*vector)(void);
extern void top_of_stack(void);

__attribute__((section(".isr_vector"), used)) static const vector vectors[16 + 39] = {
    [0] = top_of_stack,     [1] = Reset_Handler,           [2] = Default_Handler,         [3] = Default_Handler,
    [15] = SysTick_Handler, [16 + 37] = USART1_IRQHandler, [16 + 38] = USART2_IRQHandler,
};
