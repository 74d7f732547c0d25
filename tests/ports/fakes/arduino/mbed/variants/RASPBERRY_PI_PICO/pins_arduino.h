/* Stands for variants/RASPBERRY_PI_PICO of ArduinoCore-mbed 4.5.0: its pins. */
#pragma once
#include <stdint.h>

#define PIN_A0 (26u)
static const uint8_t A0 = PIN_A0;
/* No microphone: no PIN_PDM_DIN, no PIN_PDM_CLK. */
#define SERIAL_CDC 1
