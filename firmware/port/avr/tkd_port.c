/*
 * tkd_port.h on an ATmega328P or 2560 (Arduino Uno R3, Mega 2560 R3): USART0 that receives by interrupt into a ring,
 * timer 1 as a counter of cycles. Source: Atmel data sheets ATmega328P (DS40002061), chapters 16 (timer 1) and 20
 * (USART), and ATmega2560 (DS40002211), chapters 17 and 22, whose registers are the same.
 *
 * Arduino's core calls setup(); its Serial is not used, so its buffers and handlers are not linked. Timer 1 is taken.
 */
#include "tkd_port.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/wdt.h>

#define TKD_RING_BYTES 64u
#include "tkd_ring.h"

#ifndef TKD_BAUD
#define TKD_BAUD 115200
#endif

#define CYCLES_PER_MS (TKD_CLOCK_HZ / 1000u)
#define UBRR_2X (((TKD_CLOCK_HZ) / 4UL / (TKD_BAUD)-1UL) / 2UL) /* double speed: 8 samples a bit, rounded */
#define STACK_PAINT 0xC5u

extern void tkd_application(void); /* main.c */
void setup(void);
void loop(void);

/* From avr-libc's linker script: the end of data. Without a heap, all above it is stack. */
extern uint8_t __heap_start[];

static tkd_ring rx;
static volatile uint16_t counter_high;

void setup(void) { tkd_application(); }

void loop(void) {}

/* The larger chip has several, with numbers. */
#if defined(USART0_RX_vect)
#define RECEIVED_vect USART0_RX_vect
#else
#define RECEIVED_vect USART_RX_vect
#endif

ISR(RECEIVED_vect) { tkd_ring_put(&rx, UDR0); }

ISR(TIMER1_OVF_vect) { ++counter_high; }

/* After a reset by the watchdog it is still on. Before .data and .bss are filled, so nothing is called. */
__attribute__((naked, used, section(".init3"))) static void watchdog_off(void) {
    MCUSR = 0;
    wdt_disable();
}

static void paint_stack(void) {
    for (volatile uint8_t *byte = __heap_start; byte < (volatile uint8_t *)SP - 16; ++byte) {
        *byte = STACK_PAINT;
    }
}

void tkd_port_init(void) {
    paint_stack();
    TCCR1A = 0;
    TCCR1B = 1 << CS10;
    TIMSK1 = 1 << TOIE1;
    UBRR0 = (uint16_t)UBRR_2X;
    UCSR0A = 1 << U2X0;
    UCSR0C = (1 << UCSZ01) | (1 << UCSZ00);
    UCSR0B = (1 << RXCIE0) | (1 << RXEN0) | (1 << TXEN0);
    sei();
}

/* An overflow between the two reads shows as a flag that its handler has not seen. */
uint32_t tkd_port_ticks(void) {
    const uint8_t before = SREG;
    cli();
    uint16_t low = TCNT1;
    uint16_t high = counter_high;
    if (TIFR1 & (1 << TOV1)) {
        low = TCNT1;
        ++high;
    }
    SREG = before;
    return ((uint32_t)high << 16) | low;
}

int tkd_port_read(uint32_t timeout_ms) {
    const uint32_t begin = tkd_port_ticks();
    int byte = tkd_ring_get(&rx);
    while (byte < 0 && tkd_port_ticks() - begin < timeout_ms * CYCLES_PER_MS) {
        byte = tkd_ring_get(&rx);
    }
    return byte;
}

void tkd_port_write(const uint8_t *data, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
        while ((UCSR0A & (1 << UDRE0)) == 0) {
        }
        UDR0 = data[i];
    }
}

const char *tkd_port_tick_unit(void) { return "cycles"; }

uint32_t tkd_port_tick_hz(void) { return TKD_CLOCK_HZ; }

uint32_t tkd_port_core_hz(void) { return TKD_CLOCK_HZ; }

const char *tkd_port_caches(void) { return ""; }

uint32_t tkd_port_rx_window(void) { return TKD_RING_HOLDS; }

uint32_t tkd_port_stack_bytes(void) { return (uint32_t)(RAMEND + 1u - (uint16_t)__heap_start); }

uint32_t tkd_port_stack_used(void) {
    const volatile uint8_t *byte = __heap_start;
    while (byte <= (const volatile uint8_t *)RAMEND && *byte == STACK_PAINT) {
        ++byte;
    }
    return (uint32_t)(RAMEND + 1u - (uint16_t)byte);
}

/* The one way to restart all of the chip. */
void tkd_port_reset(void) {
    cli();
    wdt_enable(WDTO_15MS);
    for (;;) {
    }
}
