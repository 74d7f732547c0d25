/*
 * Stands for ArduinoCore-samd 1.8.14: zero and nano33iot. CMSIS comes within extern "C", interrupts() are macros;
 * `Serial` is a UART on the Zero and a macro for the chip's own USB on the Nano 33 IoT.
 */
#ifndef Arduino_h
#define Arduino_h
#include "ArduinoAPI.h"

#ifdef __cplusplus
using namespace arduino;
extern "C" {
#endif
extern uint32_t SystemCoreClock; /* samd.h: system_samd21.h */
void __enable_irq(void);
void __disable_irq(void);
void analogReadResolution(int res);
#ifdef __cplusplus
}
#endif

#define interrupts() __enable_irq()
#define noInterrupts() __disable_irq()
#ifdef abs
#undef abs
#endif
#define abs(x) ((x) > 0 ? (x) : -(x))

#ifdef __cplusplus
class Uart : public arduino::HardwareSerial {
  public:
    void begin(unsigned long) override;
    void begin(unsigned long, uint16_t) override;
    int available() override;
    int read() override;
    void flush() override;
    size_t write(uint8_t) override;
    using Print::write;
};
class Serial_ : public arduino::HardwareSerial {
  public:
    void begin(unsigned long) override;
    void begin(unsigned long, uint16_t) override;
    int available(void) override;
    int read(void) override;
    void flush(void) override;
    size_t write(uint8_t) override;
    size_t write(const uint8_t *, size_t) override;
    using Print::write;
};
extern Serial_ SerialUSB;
#if defined(ARDUINO_SAMD_NANO_33_IOT)
#define Serial SerialUSB
#else
extern Uart Serial;
#endif
#endif

#define PIN_A0 (14ul)
static const uint8_t A0 = PIN_A0;
#endif
