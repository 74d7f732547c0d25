/* Stands for arduino-pico (Earle Philhower's core, 4.1.1, commit fdd7557): pico2. There is no SystemCoreClock, and
 * f_cpu() is a member. */
#pragma once
#include "ArduinoAPI.h"

#ifdef __cplusplus
extern "C" {
#endif
void interrupts();
void noInterrupts();
void analogReadResolution(int bits);
#ifdef __cplusplus
}
using namespace arduino;

class SerialUSB : public arduino::HardwareSerial {
  public:
    void begin(unsigned long baud = 115200) override;
    void begin(unsigned long, uint16_t) override;
    int available() override;
    int read() override;
    void flush() override;
    size_t write(uint8_t) override;
    size_t write(const uint8_t *, size_t) override;
    using Print::write;
};
extern SerialUSB Serial;

class RP2040 {
  public:
    static int f_cpu();
    uint32_t getCycleCount();
};
extern RP2040 rp2040;
#endif

#define sei() interrupts()
#define cli() noInterrupts()
static const uint8_t A0 = (26u);
