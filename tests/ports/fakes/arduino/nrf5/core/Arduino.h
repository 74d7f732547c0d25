/*
 * Stands for arduino-nRF5 0.8.0: microbit_v2 and nrf52840_dk. Times and analog values are uint32_t, interrupts(), min()
 * and round() are macros; CMSIS comes within extern "C", and F_CPU is 16 MHz whatever the chip runs at.
 */
#ifndef Arduino_h
#define Arduino_h
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif
#define LOW (0x0)
#define HIGH (0x1)
#define INPUT (0x0)
#define OUTPUT (0x1)
#define INPUT_PULLUP (0x2)
#define PI 3.1415926535897932384626433832795
#define EULER 2.718281828459045235360287471352
#define SERIAL 0x0
#define DISPLAY 0x1
enum BitOrder { LSBFIRST = 0, MSBFIRST = 1 };

extern uint32_t SystemCoreClock; /* nrf.h: system_nrf52.h, system_nrf52833.h */
void yield(void);
void setup(void);
void loop(void);
extern uint32_t millis(void);
extern uint32_t micros(void);
extern void pinMode(uint32_t, uint32_t);
extern uint32_t analogRead(uint32_t);
extern void analogReadResolution(int res);
#ifdef __cplusplus
}

extern uint16_t makeWord(uint16_t w);
#define word(...) makeWord(__VA_ARGS__)

class Print {
  public:
    virtual size_t write(uint8_t) = 0;
    size_t write(const char *);
    virtual size_t write(const uint8_t *, size_t);
    size_t write(const char *, size_t);
};
class Stream : public Print {
  public:
    virtual int available() = 0;
    virtual int read() = 0;
    virtual void flush() = 0;
};
class HardwareSerial : public Stream {
  public:
    virtual void begin(unsigned long) = 0;
    virtual void begin(unsigned long, uint16_t) = 0;
    virtual size_t write(uint8_t) = 0;
    using Print::write;
};
class Uart : public HardwareSerial {
  public:
    void begin(unsigned long);
    void begin(unsigned long, uint16_t);
    int available();
    int read();
    void flush();
    size_t write(const uint8_t data);
    using Print::write;
};
extern Uart Serial;
#endif

#ifdef abs
#undef abs
#endif
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define abs(x) ((x) > 0 ? (x) : -(x))
#define round(x) ((x) >= 0 ? (long)((x) + 0.5) : (long)((x)-0.5))
#define sq(x) ((x) * (x))
#define interrupts() __enable_irq()
#define noInterrupts() __disable_irq()
#define bit(b) (1UL << (b))

#define PIN_A0 (14)
static const uint8_t A0 = PIN_A0;
#endif
