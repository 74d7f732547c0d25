/* Stands for ArduinoCore-renesas 1.6.0: uno_r4_wifi. Its functions of the analog pins have C++ linkage. */
#ifndef __ARDUINO__H__
#define __ARDUINO__H__
#include "ArduinoAPI.h"

#ifdef __cplusplus
extern "C" {
#endif
extern uint32_t SystemCoreClock; /* bsp_api.h: CMSIS's system.h */
#ifdef __cplusplus
}
using namespace arduino;

#define abs(x) ((x) > 0 ? (x) : -(x))
int getAnalogReadResolution();
void analogReadResolution(int bits);
int analogReadResolution();

class UART : public arduino::HardwareSerial {
  public:
    void begin(unsigned long) override;
    void begin(unsigned long, uint16_t) override;
    int available(void) override;
    int read(void) override;
    void flush(void) override;
    size_t write(uint8_t) override;
    size_t write(uint8_t *, size_t);
    using Print::write;
};
extern UART _UART1_;
#define Serial _UART1_ /* NO_USB: the port of the board's other chip */
#endif

#define PIN_A0 (14u)
static const uint8_t A0 = PIN_A0;
#endif
