/* As src/rp2040/PDM.cpp and src/nrf52/PDM.cpp begin: the pins of the variant, whether it has a microphone or not. */
#include "PDM.h"

#if defined(ARDUINO_ARCH_RP2040)
PDMClass PDM(PIN_PDM_DIN, PIN_PDM_CLK, -1);
#elif defined(ARDUINO_ARCH_NRF52840)
PDMClass PDM(PIN_PDM_DIN, PIN_PDM_CLK, PIN_PDM_PWR);
#elif defined(TARGET_PORTENTA_H7)
PDMClass PDM(0, 0, 0);
#endif
