/*
 * Stands for arduino-esp32 2.0.17: setup() and loop() of C++ linkage, analog values of 12 bits and uint16_t, the clock
 * asked of the object ESP.
 */
#ifndef Arduino_h
#define Arduino_h
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define LOW 0x0
#define HIGH 0x1
#define INPUT 0x01
#define OUTPUT 0x03
#define PI 3.1415926535897932384626433832795
#define DEFAULT 1
#define EXTERNAL 0
#define bit(b) (1UL << (b))
#define _BV(b) (1UL << (b))
#define sq(x) ((x) * (x))
#define _min(a, b) ((a) < (b) ? (a) : (b))
#define NOT_A_PIN -1

typedef uint8_t byte;
typedef unsigned int word;
typedef unsigned UBaseType_t;
typedef struct tskTaskControlBlock *TaskHandle_t;

#ifdef __cplusplus
void setup(void);
void loop(void);

extern "C" {
#endif
UBaseType_t uxTaskGetStackHighWaterMark(TaskHandle_t);
uint32_t getCpuFrequencyMhz();
unsigned long micros();
unsigned long millis();
void yield(void);
void pinMode(uint8_t pin, uint8_t mode);
uint16_t analogRead(uint8_t pin);
void analogReadResolution(uint8_t bits);
#ifdef __cplusplus
bool setCpuFrequencyMhz(uint32_t);
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
    void begin(unsigned long baud, uint32_t config = 0x800001c, int8_t rxPin = -1, int8_t txPin = -1);
    size_t setRxBufferSize(size_t);
    int available(void) override;
    int read(void) override;
    void flush(void) override;
    size_t write(uint8_t) override;
    size_t write(const uint8_t *, size_t) override;
    using Print::write;
};
extern HardwareSerial Serial;

class EspClass {
  public:
    void restart();
    uint32_t getCpuFreqMHz() { return getCpuFrequencyMhz(); }
    uint32_t getCycleCount();
};
extern EspClass ESP;
size_t getArduinoLoopTaskStackSize(void);
#endif

static const uint8_t A0 = 36;
#endif
