/* Arduino's I2C, declarations only. */
#pragma once
#include <stdint.h>

struct TwoWire {
    void begin();
    void beginTransmission(uint8_t);
    uint8_t endTransmission();
    uint8_t write(uint8_t);
    uint8_t requestFrom(uint8_t, uint8_t);
    int read();
};
extern TwoWire Wire;
