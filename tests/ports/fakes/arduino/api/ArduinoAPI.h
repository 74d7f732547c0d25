/*
 * Stands for ArduinoCore-API of ArduinoCore-mbed 4.5.0, which mbed, renesas, samd and pico share: its linkage, types
 * and macros, as far as ports and sensor examples meet them.
 */
#ifndef ARDUINO_API_H
#define ARDUINO_API_H
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif
typedef enum { INPUT = 0x0, OUTPUT = 0x1, INPUT_PULLUP = 0x2 } PinMode;
typedef uint8_t pin_size_t;
typedef uint16_t word;

#define PI 3.1415926535897932384626433832795
#define DEFAULT 1
#define EXTERNAL 0
#define bit(b) (1UL << (b))
#define sq(x) ((x) * (x))
#define constrain(amt, low, high) ((amt) < (low) ? (low) : ((amt) > (high) ? (high) : (amt)))

void yield(void);
void pinMode(pin_size_t, PinMode);
int analogRead(pin_size_t);
unsigned long millis(void);
unsigned long micros(void);
void setup(void);
void loop(void);
#ifdef __cplusplus
}

#define word(...) makeWord(__VA_ARGS__)

namespace arduino {
struct Print {
    virtual size_t write(uint8_t) = 0;
    virtual size_t write(const uint8_t *, size_t);
    size_t write(const char *);
};
struct Stream : Print {
    virtual int available() = 0;
    virtual int read() = 0;
    virtual void flush() = 0;
};
struct HardwareSerial : Stream {
    virtual void begin(unsigned long) = 0;
    virtual void begin(unsigned long, uint16_t) = 0;
};
struct HardwareI2C : Stream {
    virtual void begin() = 0;
    virtual void begin(uint8_t) = 0;
    virtual void setClock(uint32_t) = 0;
    virtual void beginTransmission(uint8_t) = 0;
    virtual uint8_t endTransmission(bool) = 0;
    virtual uint8_t endTransmission(void) = 0;
    virtual size_t requestFrom(uint8_t, size_t, bool) = 0;
    virtual size_t requestFrom(uint8_t, size_t) = 0;
};
} // namespace arduino
#endif
#endif
