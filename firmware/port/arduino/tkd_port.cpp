/*
 * tkd_port.h on any board with the Arduino framework: bytes over the core's console port, cycles where the core has a
 * counter of them, microseconds elsewhere.
 *
 * The board's TOML may define TKD_SERIAL (default Serial), TKD_BAUD, TKD_RX_WINDOW (what the core's receive buffer
 * holds), TKD_CPU_HZ (the clock of the cycle counter, where F_CPU is not) and TKD_USB_NATIVE (the port is the chip's
 * own USB, and goes away in a reset). The model runs from setup().
 */
#include <Arduino.h>

#include "tkd_port.h"

#ifndef TKD_SERIAL
#define TKD_SERIAL Serial
#endif
#ifndef TKD_BAUD
#define TKD_BAUD 115200
#endif
#ifndef TKD_RX_WINDOW
#define TKD_RX_WINDOW 63u
#endif

extern "C" void tkd_application(void); /* main.c */

void setup() { tkd_application(); }

void loop() {}

#if defined(ARDUINO_ARCH_ESP32)
#define TKD_COUNTER_CYCLES 1
static void start_counter() {}
static uint32_t counter() { return ESP.getCycleCount(); }
static uint32_t counter_hz() { return ESP.getCpuFreqMHz() * 1000000u; }

#elif defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__) || defined(__ARM_ARCH_8M_MAIN__)
/* DWT, Armv7-M Architecture Reference Manual C1.8; the registers are written by address: not every core has CMSIS. */
#define TKD_COUNTER_CYCLES 1
static volatile uint32_t &core_register(uintptr_t address) { return *reinterpret_cast<volatile uint32_t *>(address); }
static void start_counter() {
    core_register(0xE000EDFCu) |= 1u << 24;   /* DEMCR.TRCENA */
    core_register(0xE0001FB0u) = 0xC5ACCE55u; /* Cortex-M7: unlock */
    core_register(0xE0001004u) = 0;
    core_register(0xE0001000u) |= 1u;
}
static uint32_t counter() { return core_register(0xE0001004u); }
#if defined(TKD_CPU_HZ)
static uint32_t counter_hz() { return TKD_CPU_HZ; }
#else
static uint32_t counter_hz() { return static_cast<uint32_t>(F_CPU); }
#endif

#else
static void start_counter() {}
static uint32_t counter() { return static_cast<uint32_t>(micros()); }
static uint32_t counter_hz() { return 1000000u; }
#endif

extern "C" {

void tkd_port_init(void) {
#if defined(ARDUINO_ARCH_ESP32)
    TKD_SERIAL.setRxBufferSize(TKD_RX_WINDOW + 1u);
#endif
    TKD_SERIAL.begin(TKD_BAUD);
    start_counter();
}

int tkd_port_read(uint32_t timeout_ms) {
    const uint32_t begin = static_cast<uint32_t>(millis());
    while (TKD_SERIAL.available() <= 0) {
        if (static_cast<uint32_t>(millis()) - begin >= timeout_ms) {
            return -1;
        }
        yield(); /* USB stacks, and the watchdogs of multi-tasking cores */
    }
    return TKD_SERIAL.read();
}

void tkd_port_write(const uint8_t *data, size_t bytes) {
    const uint32_t begin = static_cast<uint32_t>(millis());
    while (bytes > 0 && static_cast<uint32_t>(millis()) - begin < 1000u) {
        const size_t written = TKD_SERIAL.write(data, bytes);
        data += written;
        bytes -= written;
    }
    TKD_SERIAL.flush();
}

uint32_t tkd_port_ticks(void) { return counter(); }

const char *tkd_port_tick_unit(void) {
#if defined(TKD_COUNTER_CYCLES)
    return "cycles";
#else
    return "us";
#endif
}

uint32_t tkd_port_tick_hz(void) { return counter_hz(); }

uint32_t tkd_port_core_hz(void) {
#if defined(ARDUINO_ARCH_ESP32)
    return ESP.getCpuFreqMHz() * 1000000u;
#elif defined(TKD_CPU_HZ)
    return TKD_CPU_HZ;
#elif defined(F_CPU)
    return static_cast<uint32_t>(F_CPU);
#else
    return 0;
#endif
}

const char *tkd_port_caches(void) { return ""; }

uint32_t tkd_port_rx_window(void) { return TKD_RX_WINDOW; }

#if defined(ARDUINO_ARCH_ESP32)
uint32_t tkd_port_stack_bytes(void) { return static_cast<uint32_t>(getArduinoLoopTaskStackSize()); }

uint32_t tkd_port_stack_used(void) {
    return tkd_port_stack_bytes() - static_cast<uint32_t>(uxTaskGetStackHighWaterMark(nullptr));
}
#else
uint32_t tkd_port_stack_bytes(void) { return 0; }

uint32_t tkd_port_stack_used(void) { return 0; }
#endif

/* With the chip's own USB (TKD_USB_NATIVE) a reset would take the port away from the host: the harness starts anew. */
void tkd_port_reset(void) {
#if defined(TKD_USB_NATIVE)
#elif defined(ARDUINO_ARCH_ESP32)
    ESP.restart();
#elif defined(__arm__)
    *reinterpret_cast<volatile uint32_t *>(static_cast<uintptr_t>(0xE000ED0Cu)) = 0x05FA0004u; /* AIRCR */
#endif
}
}
