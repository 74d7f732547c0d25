/* Stands for variants/GIGA of ArduinoCore-mbed 4.5.0: its pins. */
#pragma once
#include <stdint.h>

#define PIN_A0 (76u)
static const uint8_t A0 = PIN_A0;
#define SERIAL_CDC 1
