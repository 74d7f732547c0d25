/* Stands for variants/NANO_RP2040_CONNECT of ArduinoCore-mbed 4.5.0: its pins. */
#pragma once
#include <stdint.h>

#define PIN_A0 (14u)
static const uint8_t A0 = PIN_A0;
#define PIN_PDM_CLK (23)
#define PIN_PDM_DIN (22)
#define SERIAL_CDC 1
