/* As much of Arduino's interface as firmware/port/arduino asks for. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define F_CPU 25000000L

extern "C" {
unsigned long millis(void);
unsigned long micros(void);
void yield(void);
}
void setup();
void loop();

struct HardwareSerial {
    void begin(unsigned long baud);
    int available();
    int read();
    size_t write(const uint8_t *data, size_t bytes);
    void flush();
};
extern HardwareSerial Serial;
