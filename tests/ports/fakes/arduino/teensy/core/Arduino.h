/*
 * Stands for Teensyduino 1.62's core teensy4: teensy41. Times are uint32_t, millis() is inline; min() and max() are
 * templates of C++ linkage; begin() takes a long; the clock is F_CPU_ACTUAL, and CMSIS is not there.
 */
#ifndef Arduino_h
#define Arduino_h
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HIGH 1
#define LOW 0
#define INPUT 0
#define OUTPUT 1
#ifdef PI
#undef PI
#endif
#define PI 3.1415926535897932384626433832795
#define SERIAL 0
#define DISPLAY 1
#define __disable_irq() __asm__ volatile("CPSID i" ::: "memory");
#define __enable_irq() __asm__ volatile("CPSIE i" ::: "memory");
#define interrupts() __enable_irq()
#define noInterrupts() __disable_irq()
#define bit(b) (1UL << (b))

#ifdef __cplusplus
template <class A, class B> constexpr auto min(A &&a, B &&b) -> decltype(a < b ? a : b) { return a < b ? a : b; }
template <class A, class B> constexpr auto max(A &&a, B &&b) -> decltype(a < b ? a : b) { return a >= b ? a : b; }
extern "C" {
#endif
extern volatile uint32_t F_CPU_ACTUAL;
extern volatile uint32_t systick_millis_count;
static inline uint32_t millis(void) __attribute__((always_inline, unused));
static inline uint32_t millis(void) { return systick_millis_count; }
uint32_t micros(void);
void pinMode(uint8_t, uint8_t);
int analogRead(uint8_t);
void analogReadRes(unsigned int bits);
static inline void analogReadResolution(unsigned int bits) { analogReadRes(bits); }
void yield(void);
void setup(void);
void loop(void);
#ifdef __cplusplus
}

typedef uint8_t byte;
uint16_t makeWord(uint16_t w);
#define word(...) makeWord(__VA_ARGS__)

class Print {
  public:
    virtual size_t write(uint8_t) = 0;
    size_t write(const char *);
    virtual size_t write(const uint8_t *, size_t);
    virtual void flush() {}
    size_t write(const char *, size_t);
};
class Stream : public Print {
  public:
    virtual int available() = 0;
    virtual int read() = 0;
};
class usb_serial_class : public Stream {
  public:
    void begin(long);
    virtual int available();
    virtual int read();
    virtual void flush();
    virtual size_t write(uint8_t);
    virtual size_t write(const uint8_t *, size_t);
    size_t write(unsigned long);
    size_t write(long);
    size_t write(unsigned int);
    size_t write(int);
    using Print::write;
};
extern usb_serial_class Serial;
#endif

#define PIN_A0 (14)
static const uint8_t A0 = PIN_A0;
#endif
