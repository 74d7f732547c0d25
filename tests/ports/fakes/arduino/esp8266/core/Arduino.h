/*
 * Stands for esp8266/Arduino 3.1.2: nodemcuv2, d1_mini. setup() and loop() of C linkage, words of 16 bits, analogRead
 * without a choice of its bits, the clock and the stack asked of the object ESP.
 */
#ifndef Arduino_h
#define Arduino_h

#ifdef __cplusplus
extern "C" {
#endif
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define HIGH 0x1
#define LOW 0x0
#define INPUT 0x00
#define OUTPUT 0x01
#define PI 3.1415926535897932384626433832795
#define SERIAL 0x0
#define DISPLAY 0x1
#define CHANGE 0x03
#define DEFAULT 1
#define EXTERNAL 0
#define NOT_A_PIN -1
#define sq(x) ((x) * (x))
#define bit(b) (1UL << (b))
#define _BV(b) (1UL << (b))
#define interrupts() xt_rsil(0)
#define noInterrupts() xt_rsil(15)

typedef uint16_t word;
typedef uint8_t byte;

void pinMode(uint8_t pin, uint8_t mode);
int analogRead(uint8_t pin);
void setup(void);
void loop(void);
void yield(void);
unsigned long millis(void);
unsigned long micros(void);
#ifdef __cplusplus
}

#define word(...) makeWord(__VA_ARGS__)

class Print {
  public:
    virtual size_t write(uint8_t) = 0;
    size_t write(const char *);
    virtual size_t write(const uint8_t *buffer, size_t size);
    virtual void flush();
};
class Stream : public Print {
  public:
    virtual int available() = 0;
    virtual int read() = 0;
    virtual int peek() = 0;
};
class HardwareSerial : public Stream {
  public:
    void begin(unsigned long baud);
    size_t setRxBufferSize(size_t size);
    int available(void) override;
    int read(void) override;
    int peek(void) override;
    void flush(void) override;
    size_t write(uint8_t) override;
    size_t write(const uint8_t *buffer, size_t size) override;
    using Print::write;
};
extern HardwareSerial Serial;

class EspClass {
  public:
    static void restart();
    static uint32_t getFreeContStack();
    static uint32_t getCycleCount();
};
extern EspClass ESP;
#endif

#define PIN_A0 (17)
static const uint8_t A0 = PIN_A0;
#endif
