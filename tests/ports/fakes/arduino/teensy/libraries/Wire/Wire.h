/* Stands for Teensyduino 1.62's Wire: WireIMXRT.h. */
#pragma once
#include <Arduino.h>

class TwoWire : public Stream {
  public:
    void begin();
    void begin(uint8_t);
    void begin(int);
    void setClock(uint32_t);
    void beginTransmission(uint8_t);
    void beginTransmission(int);
    uint8_t endTransmission(uint8_t);
    uint8_t endTransmission(void);
    uint8_t requestFrom(uint8_t, uint8_t, uint8_t);
    uint8_t requestFrom(uint8_t, uint8_t, bool);
    uint8_t requestFrom(uint8_t, uint8_t);
    uint8_t requestFrom(int, int, int);
    uint8_t requestFrom(int, int);
    virtual size_t write(uint8_t);
    virtual size_t write(const uint8_t *, size_t);
    virtual int available(void);
    virtual int read(void);
    virtual void flush(void);
    size_t write(unsigned long);
    size_t write(long);
    size_t write(unsigned int);
    size_t write(int);
    using Print::write;
};
extern TwoWire Wire;
