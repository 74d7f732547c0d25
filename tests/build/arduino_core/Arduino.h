/* As much of Arduino's interface as ports, sketches and sensor examples ask for: declarations only. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define F_CPU 64000000L
#define INPUT 0
#define A0 14

extern "C" {
unsigned long millis(void);
unsigned long micros(void);
void yield(void);
int analogRead(uint8_t);
void pinMode(uint8_t, uint8_t);
}
void setup();
void loop();

struct HardwareSerial {
    void begin(unsigned long);
    int available();
    int read();
    size_t write(const uint8_t *, size_t);
    void flush();
};
extern HardwareSerial Serial;
