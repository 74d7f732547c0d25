/* Stands for ArduinoCore-mbed 4.5.0's Wire: TwoWire is a type's other name. */
#pragma once
#include <Arduino.h>

namespace arduino {
class MbedI2C : public HardwareI2C {
  public:
    MbedI2C(int sda, int scl);
    void begin() override;
    void begin(uint8_t) override;
    void setClock(uint32_t) override;
    void beginTransmission(uint8_t) override;
    uint8_t endTransmission(bool) override;
    uint8_t endTransmission(void) override;
    size_t requestFrom(uint8_t, size_t, bool) override;
    size_t requestFrom(uint8_t, size_t) override;
    size_t write(uint8_t) override;
    virtual size_t write(int data) { return write(static_cast<uint8_t>(data)); }
    virtual size_t write(const uint8_t *, int);
    using Print::write;
    int available() override;
    int read() override;
    void flush() override;
};
} // namespace arduino
extern arduino::MbedI2C Wire;
typedef arduino::MbedI2C TwoWire;
