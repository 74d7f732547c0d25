/* Stands for ArduinoCore-samd 1.8.14's Wire. */
#pragma once
#include <Arduino.h>

class TwoWire : public arduino::HardwareI2C {
  public:
    void begin() override;
    void begin(uint8_t) override;
    void setClock(uint32_t) override;
    void beginTransmission(uint8_t) override;
    uint8_t endTransmission(void) override;
    uint8_t endTransmission(bool) override;
    size_t requestFrom(uint8_t, size_t) override;
    size_t requestFrom(uint8_t, size_t, bool) override;
    size_t write(uint8_t) override;
    size_t write(const uint8_t *, size_t) override;
    size_t write(unsigned long n) { return write(static_cast<uint8_t>(n)); }
    size_t write(long n) { return write(static_cast<uint8_t>(n)); }
    size_t write(unsigned int n) { return write(static_cast<uint8_t>(n)); }
    size_t write(int n) { return write(static_cast<uint8_t>(n)); }
    using Print::write;
    int available() override;
    int read() override;
    void flush() override;
};
extern TwoWire Wire;
