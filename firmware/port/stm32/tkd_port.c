/*
 * tkd_port.h on an STM32 without HAL: a UART that receives by interrupt into a ring, cycles of the core.
 *
 * The framework (STM32Cube, or any other with ST's names of handlers and linker symbols) starts the chip and calls
 * main(). SysTick counts milliseconds, and cycles where the core has no counter of its own (Armv6-M, emulators).
 */
#include "tkd_port.h"

#include "tkd_ring.h"
#include "tkd_stm32.h"
#include "tkd_uart.h"

#ifndef TKD_BAUD
#define TKD_BAUD 115200u
#endif

#define SYST_CSR TKD_REG(0xE000E010u)
#define SYST_RVR TKD_REG(0xE000E014u)
#define SYST_CVR TKD_REG(0xE000E018u)
#define NVIC_ISER(irq) TKD_REG(0xE000E100u + 4u * ((irq) / 32u))
#define SCB_ICSR TKD_REG(0xE000ED04u)
#define SCB_AIRCR TKD_REG(0xE000ED0Cu)
#define ICSR_PENDSTSET (1u << 26)
#define DEMCR TKD_REG(0xE000EDFCu)
#define DWT_CTRL TKD_REG(0xE0001000u)
#define DWT_CYCCNT TKD_REG(0xE0001004u)
#define DWT_LAR TKD_REG(0xE0001FB0u)

#define STACK_PAINT 0xC5C5C5C5u
#define STACK_MARGIN 256u /* bytes below the stack pointer that painting leaves alone */

/* The end of data and the top of RAM, from ST's linker scripts: without a heap, all between them is stack. */
extern uint32_t _ebss[], _estack[];

extern void tkd_application(void); /* main.c */
void SysTick_Handler(void);
void TKD_UART_HANDLER(void);
int main(void);

static struct {
    tkd_ring rx;
    tkd_clocks clocks;
    volatile uint32_t milliseconds;
    int has_cycle_counter;
} port;

int main(void) {
    tkd_application();
    return 0;
}

void SysTick_Handler(void) { ++port.milliseconds; }

void TKD_UART_HANDLER(void) {
    const uint32_t state = TKD_UART_STATE;
    if (state & (TKD_UART_RXNE | TKD_UART_ORE)) {
        const uint8_t byte = (uint8_t)TKD_UART_RX;
        tkd_uart_clear_overrun();
        if (state & TKD_UART_RXNE) {
            tkd_ring_put(&port.rx, byte);
        }
    }
}

static void paint_stack(void) {
    uintptr_t here;
    __asm__ volatile("mov %0, sp" : "=r"(here));
    for (volatile uint32_t *word = _ebss; (uintptr_t)word < here - STACK_MARGIN; ++word) {
        *word = STACK_PAINT;
    }
}

static void start_systick(void) {
    SYST_RVR = port.clocks.core_hz / 1000u - 1u;
    SYST_CVR = 0;
    SYST_CSR = 7u;
}

/* DWT, Armv7-M Architecture Reference Manual C1.8; there is one if it moves. */
static void start_cycle_counter(void) {
#if !defined(__ARM_ARCH_6M__)
    DEMCR |= 1u << 24;
    DWT_LAR = 0xC5ACCE55u; /* Cortex-M7: unlock */
    DWT_CTRL |= 1u;
    const uint32_t before = DWT_CYCCNT;
    __asm__ volatile("nop\n\tnop\n\tnop\n\tnop");
    port.has_cycle_counter = DWT_CYCCNT != before;
#endif
}

static void start_uart(void) {
    tkd_stm32_start_pins();
    TKD_UART_BRR = tkd_uart_divisor(port.clocks.uart_hz, TKD_BAUD);
    TKD_UART_CR1 = TKD_UART_UE | TKD_UART_TE_RE | TKD_UART_RXNEIE;
    NVIC_ISER(TKD_UART_IRQ) = 1u << (TKD_UART_IRQ % 32u);
}

void tkd_port_init(void) {
    paint_stack();
    port.clocks = tkd_stm32_start_clocks();
    start_systick();
    start_cycle_counter();
    start_uart();
}

int tkd_port_read(uint32_t timeout_ms) {
    const uint32_t begin = port.milliseconds;
    int byte = tkd_ring_get(&port.rx);
    while (byte < 0 && port.milliseconds - begin < timeout_ms) {
        __asm__ volatile("wfi");
        byte = tkd_ring_get(&port.rx);
    }
    return byte;
}

void tkd_port_write(const uint8_t *data, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
        while ((TKD_UART_STATE & TKD_UART_TXE) == 0) {
        }
        TKD_UART_TX = data[i];
    }
}

/* SysTick counts the core's cycles down; a millisecond that ends between two reads shows in the count of them. */
static uint32_t systick_cycles(void) {
    uint32_t whole, left;
    do {
        whole = port.milliseconds;
        left = SYST_CVR;
    } while (whole != port.milliseconds || (SCB_ICSR & ICSR_PENDSTSET) != 0);
    const uint32_t period = port.clocks.core_hz / 1000u;
    return whole * period + (period - 1u - left);
}

uint32_t tkd_port_ticks(void) { return port.has_cycle_counter ? DWT_CYCCNT : systick_cycles(); }

const char *tkd_port_tick_unit(void) { return "cycles"; }

uint32_t tkd_port_tick_hz(void) { return port.clocks.core_hz; }

uint32_t tkd_port_core_hz(void) { return port.clocks.core_hz; }

const char *tkd_port_caches(void) { return tkd_stm32_caches(); }

uint32_t tkd_port_rx_window(void) { return TKD_RING_HOLDS; }

uint32_t tkd_port_stack_bytes(void) { return (uint32_t)((uintptr_t)_estack - (uintptr_t)_ebss); }

uint32_t tkd_port_stack_used(void) {
    const volatile uint32_t *word = _ebss;
    while (word < _estack && *word == STACK_PAINT) {
        ++word;
    }
    return (uint32_t)((uintptr_t)_estack - (uintptr_t)word);
}

/* What was written goes out first. */
void tkd_port_reset(void) {
    while ((TKD_UART_STATE & TKD_UART_TC) == 0) {
    }
    SCB_AIRCR = 0x05FA0004u;
    for (;;) {
    }
}
