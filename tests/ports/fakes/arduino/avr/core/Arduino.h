/*
 * Stands for ArduinoCore-avr 1.8.7: uno. All of C linkage, setup() and loop() too; macros for what other cores have as
 * functions; no analogReadResolution, no SystemCoreClock.
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
void yield(void);
#define HIGH 0x1
#define LOW 0x0
#define INPUT 0x0
#define OUTPUT 0x1
#define PI 3.1415926535897932384626433832795
#define SERIAL 0x0
#define DISPLAY 0x1
#define CHANGE 1
#define DEFAULT 1
#define EXTERNAL 0
#define INTERNAL 3
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#ifdef abs
#undef abs
#endif
#define abs(x) ((x) > 0 ? (x) : -(x))
#define round(x) ((x) >= 0 ? (long)((x) + 0.5) : (long)((x)-0.5))
#define sq(x) ((x) * (x))
#define bit(b) (1UL << (b))
typedef unsigned int word;
typedef uint8_t byte;

void pinMode(uint8_t, uint8_t);
int analogRead(uint8_t);
unsigned long millis(void);
unsigned long micros(void);
void setup(void);
void loop(void);
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
    virtual void flush() {}
};
class HardwareSerial : public Stream {
  public:
    void begin(unsigned long);
    int available(void) override;
    int read(void) override;
    void flush(void) override;
    size_t write(uint8_t) override;
    using Print::write;
};
extern HardwareSerial Serial;
#endif

#define PIN_A0 (14)
static const uint8_t A0 = PIN_A0;
#endif
