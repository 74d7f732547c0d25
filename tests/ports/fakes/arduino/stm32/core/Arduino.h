/*
 * Stands for STM32duino 2.12.0: all that a sketch has is of C linkage, times and analog values are uint32_t, F_CPU is
 * SystemCoreClock where the command line does not say, A0 an enumerator, and abs() in C++ that of the C++ library.
 */
#ifndef Arduino_h
#define Arduino_h
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif
extern uint32_t SystemCoreClock; /* stm32_def.h: CMSIS */
#ifndef F_CPU
#define F_CPU SystemCoreClock
#endif

#define HIGH 0x1
#define LOW 0x0
#define INPUT 0x0
#define OUTPUT 0x1
#define INPUT_PULLUP 0x2
#define PI 3.1415926535897932384626433832795
#define bit(b) (1UL << (b))
#define sq(x) ((x) * (x))
typedef uint16_t word;

extern void pinMode(uint32_t, uint32_t);
extern uint32_t analogRead(uint32_t);
extern void analogReadResolution(int);
extern uint32_t millis(void);
extern uint32_t micros(void);
extern void setup(void);
extern void loop(void);
void yield(void);
#ifdef __cplusplus
}

#define word(...) makeWord(__VA_ARGS__)

class Print {
  public:
    virtual size_t write(uint8_t) = 0;
    virtual size_t write(const uint8_t *, size_t);
    size_t write(const char *);
};
class Stream : public Print {
  public:
    virtual int available() = 0;
    virtual int read() = 0;
    virtual void flush() = 0;
};
class HardwareSerial : public Stream {
  public:
    void begin(unsigned long);
    void begin(unsigned long, uint8_t);
    int available(void) override;
    int read(void) override;
    void flush(void) override;
    size_t write(uint8_t) override;
    size_t write(const uint8_t *, size_t) override;
    size_t write(unsigned long n) { return write(static_cast<uint8_t>(n)); }
    size_t write(int n) { return write(static_cast<uint8_t>(n)); }
    using Print::write;
};
extern HardwareSerial Serial2;
#define Serial Serial2
#endif

#define PNUM_ANALOG_BASE 0xC0
#define PIN_A0 PNUM_ANALOG_BASE
enum { A0 = PIN_A0 };
#endif
