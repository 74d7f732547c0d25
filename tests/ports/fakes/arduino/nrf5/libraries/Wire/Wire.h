/* Stands for arduino-nRF5 0.8.0's Wire: one that is no I2C of ArduinoCore-API. */
#pragma once
#include <Arduino.h>

class TwoWire : public Stream {
  public:
    void begin();
    void begin(uint8_t);
    void setClock(uint32_t);
    void beginTransmission(uint8_t);
    uint8_t endTransmission(bool stopBit);
    uint8_t endTransmission(void);
    uint8_t requestFrom(uint8_t, size_t, bool);
    uint8_t requestFrom(uint8_t, size_t);
    size_t write(uint8_t);
    size_t write(const uint8_t *, size_t);
    virtual int available(void);
    virtual int read(void);
    virtual void flush(void);
    using Print::write;
};
extern TwoWire Wire;
