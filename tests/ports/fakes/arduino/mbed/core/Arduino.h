/*
 * Stands for ArduinoCore-mbed 4.5.0: pico, nanorp2040connect, nano33ble and portenta_h7_m7. TARGET_... as the variant's
 * defines.txt has it; `Serial` is a macro; SystemCoreClock comes with CMSIS, of C++ linkage on the RP2040 alone.
 * PinMode is mbed's, not the API's, and so pinMode() has C++ linkage (pinmode_arduino.h of a variant).
 */
#ifndef Arduino_h
#define Arduino_h
#define PinMode ArduinoPinMode
#define INPUT TempINPUT
#define OUTPUT TempOUTPUT
#define INPUT_PULLUP TempINPUT_PULLUP
#include "ArduinoAPI.h"
#undef PinMode
#undef INPUT
#undef OUTPUT
#undef INPUT_PULLUP
typedef enum { INPUT = TempINPUT, OUTPUT = TempOUTPUT, INPUT_PULLUP = TempINPUT_PULLUP } PinMode;

#ifdef __cplusplus
void pinMode(pin_size_t, PinMode);
using namespace arduino;
extern "C" {
#endif
#ifdef abs
#undef abs
#endif
#define abs(x) ((x) > 0 ? (x) : -(x))
void analogReadResolution(int bits);
#ifdef __cplusplus
}
#endif

#include "cmsis.h"
#include "pins_arduino.h"

#ifdef __cplusplus
typedef enum { p0 = 0, NC = -1 } PinName;
int analogRead(PinName); /* overloads.h */
void pinMode(PinName, PinMode);

namespace arduino {
struct UART : HardwareSerial {
    void begin(unsigned long) override;
    void begin(unsigned long, uint16_t) override;
    int available() override;
    int read() override;
    void flush() override;
    size_t write(uint8_t) override;
    size_t write(const uint8_t *, size_t) override;
    using Print::write;
};
} // namespace arduino
extern arduino::UART _UART1_, _UART_USB_;
#if defined(SERIAL_CDC)
#define Serial _UART_USB_
#else
#define Serial _UART1_
#endif
#endif
#endif
