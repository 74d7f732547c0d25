/* Stands for variants/SEEED_XIAO_NRF52840_SENSE of Seeed's ArduinoCore-mbed 2.9.2: its pins. */
#pragma once
#include <stdint.h>

#define PIN_A0 (0u)
static const uint8_t A0 = PIN_A0;
#define PIN_PDM_PWR (19u)
#define PIN_PDM_CLK (20u)
#define PIN_PDM_DIN (21u)
#define SERIAL_CDC 1
