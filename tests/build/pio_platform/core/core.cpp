#include "Arduino.h"

extern "C" {
#include "tkd_machine.h"
#include "tkd_systick.h"
}

HardwareSerial Serial;

static int waiting = -1; /* a byte that was received and not read */

void HardwareSerial::begin(unsigned long) {}

int HardwareSerial::available() {
    if (waiting < 0) {
        waiting = tkd_machine_get();
    }
    return waiting >= 0;
}

int HardwareSerial::read() {
    const int byte = available() ? waiting : -1;
    waiting = -1;
    return byte;
}

size_t HardwareSerial::write(const uint8_t *data, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) {
        tkd_machine_put(data[i]);
    }
    return bytes;
}

void HardwareSerial::flush() {}

extern "C" unsigned long micros(void) {
    static uint32_t last = 0;
    static uint64_t total_ns = 0;
    const uint32_t now = tkd_machine_ticks();
    total_ns += now - last;
    last = now;
    return static_cast<unsigned long>(total_ns / 1000u);
}

extern "C" unsigned long millis(void) { return micros() / 1000u; }

extern "C" void yield(void) {}

int main() {
    tkd_machine_init();
    tkd_systick_init();
    setup();
    for (;;) {
        loop();
    }
}
