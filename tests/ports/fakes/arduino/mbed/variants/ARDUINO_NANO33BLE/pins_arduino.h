/* Stands for variants/ARDUINO_NANO33BLE of ArduinoCore-mbed 4.5.0: its pins. */
#pragma once
#include <stdint.h>

#define PIN_A0 (14u)
static const uint8_t A0 = PIN_A0;
#define PIN_PDM_CLK (28)
#define PIN_PDM_DIN (29)
#define PIN_PDM_PWR (27)
#define SERIAL_CDC 1
