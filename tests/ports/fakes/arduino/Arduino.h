/* Stands for the Arduino cores: what firmware/port/arduino uses of them, each with the names that it has. */
#ifndef ARDUINO_H
#define ARDUINO_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
unsigned long millis(void);
unsigned long micros(void);
void yield(void);
#if defined(ARDUINO_ARCH_AVR)
void setup(void); /* with C linkage in this core alone */
void loop(void);
#endif
#if defined(ARDUINO_ARCH_STM32) || defined(ARDUINO_ARCH_MBED) || defined(ARDUINO_ARCH_RENESAS)
extern uint32_t SystemCoreClock; /* CMSIS */
#endif
#ifdef __cplusplus
}

#if !defined(ARDUINO_ARCH_AVR)
void setup();
void loop();
#endif

struct FakeSerial {
    void begin(unsigned long);
    int available();
    int read();
    size_t write(const uint8_t *, size_t);
    void flush();
    size_t setRxBufferSize(size_t);
};
extern FakeSerial Serial;

#if defined(ARDUINO_ARCH_ESP32)
struct EspClass {
    uint32_t getCycleCount();
    uint32_t getCpuFreqMHz();
    void restart();
};
extern EspClass ESP;
size_t getArduinoLoopTaskStackSize(void);
bool setCpuFrequencyMhz(uint32_t);
extern "C" unsigned uxTaskGetStackHighWaterMark(void *);
#endif
#if defined(ARDUINO_ARCH_RP2040) && !defined(ARDUINO_ARCH_MBED)
struct RP2040 {
    static int f_cpu();
};
extern RP2040 rp2040;
#endif
#endif
#endif
