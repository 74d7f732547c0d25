/* Stands for arduino-esp32 2.0.17's Wire. */
#pragma once
#include <Arduino.h>

class TwoWire : public Stream {
  public:
    bool begin(int sda = -1, int scl = -1, uint32_t frequency = 0);
    bool begin(uint8_t slaveAddr, int sda, int scl, uint32_t frequency);
    bool setClock(uint32_t);
    void beginTransmission(uint16_t);
    void beginTransmission(uint8_t);
    void beginTransmission(int);
    uint8_t endTransmission(bool);
    uint8_t endTransmission(void);
    size_t requestFrom(uint16_t, size_t, bool);
    uint8_t requestFrom(uint16_t, uint8_t, bool);
    uint8_t requestFrom(uint16_t, uint8_t);
    size_t requestFrom(uint8_t, size_t, bool);
    uint8_t requestFrom(uint8_t, uint8_t, bool);
    uint8_t requestFrom(uint8_t, uint8_t);
    uint8_t requestFrom(int, int);
    size_t write(uint8_t) override;
    size_t write(const uint8_t *, size_t) override;
    size_t write(unsigned long n) { return write(static_cast<uint8_t>(n)); }
    size_t write(long n) { return write(static_cast<uint8_t>(n)); }
    size_t write(unsigned int n) { return write(static_cast<uint8_t>(n)); }
    size_t write(int n) { return write(static_cast<uint8_t>(n)); }
    using Print::write;
    int available(void) override;
    int read(void) override;
    void flush(void) override;
};
extern TwoWire Wire;
