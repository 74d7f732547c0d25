/* Stands for variants/PORTENTA_H7_M7 of ArduinoCore-mbed 4.5.0: its pins. */
#pragma once
#include <stdint.h>

#define PIN_A0 (15u)
static const uint8_t A0 = PIN_A0;
#define SERIAL_CDC 1
