/* Stands for esp8266/Arduino 3.1.2's Wire. */
#pragma once
#include <Arduino.h>

class TwoWire : public Stream {
  public:
    void begin(int sda, int scl);
    void begin();
    void begin(uint8_t);
    void begin(int);
    void setClock(uint32_t);
    void beginTransmission(uint8_t);
    void beginTransmission(int);
    uint8_t endTransmission(void);
    uint8_t endTransmission(uint8_t);
    size_t requestFrom(uint8_t address, size_t size, bool sendStop);
    uint8_t requestFrom(uint8_t, uint8_t);
    uint8_t requestFrom(uint8_t, uint8_t, uint8_t);
    uint8_t requestFrom(int, int);
    uint8_t requestFrom(int, int, int);
    size_t write(uint8_t) override;
    size_t write(const uint8_t *, size_t) override;
    int available(void) override;
    int read(void) override;
    int peek(void) override;
    void flush(void) override;
    using Print::write;
};
extern TwoWire Wire;
