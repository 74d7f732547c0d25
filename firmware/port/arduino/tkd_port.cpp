/*
 * tkd_port.h on any board with the Arduino framework: bytes over the core's console port, which receives by interrupt
 * into the core's own buffer; cycles where the core has a counter of them, microseconds elsewhere.
 *
 * The board's TOML may define TKD_SERIAL (default Serial), TKD_BAUD, TKD_RX_WINDOW (what the core's receive buffer
 * holds) and TKD_USB_NATIVE (the port is the chip's own USB, and goes away in a reset). The model runs from setup().
 */
#include "tkd_port.h"

#include "tkd_chip.h"

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

extern "C" {

void tkd_port_init(void) {
    chip_paint_stack();
    chip_full_speed();
    chip_caches_on();
#if defined(ARDUINO_ARCH_ESP32) || defined(ARDUINO_ARCH_ESP8266)
    TKD_SERIAL.setRxBufferSize(TKD_RX_WINDOW + 1u);
#endif
    TKD_SERIAL.begin(TKD_BAUD);
    chip_start_counter();
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

uint32_t tkd_port_ticks(void) { return chip_counter(); }

const char *tkd_port_tick_unit(void) { return TKD_TICK_UNIT; }

uint32_t tkd_port_tick_hz(void) { return chip_counter_hz(); }

uint32_t tkd_port_core_hz(void) { return chip_hz(); }

const char *tkd_port_caches(void) { return chip_caches(); }

uint32_t tkd_port_rx_window(void) { return TKD_RX_WINDOW; }

uint32_t tkd_port_stack_bytes(void) { return chip_stack_bytes(); }

uint32_t tkd_port_stack_used(void) { return chip_stack_used(); }

/* With the chip's own USB (TKD_USB_NATIVE) a reset would take the port away from the host: the harness starts anew. */
void tkd_port_reset(void) {
#if defined(TKD_USB_NATIVE)
#elif defined(ARDUINO_ARCH_ESP32) || defined(ARDUINO_ARCH_ESP8266)
    ESP.restart();
#elif defined(__arm__)
    TKD_REG(0xE000ED0Cu) = 0x05FA0004u; /* AIRCR */
#endif
}
}
