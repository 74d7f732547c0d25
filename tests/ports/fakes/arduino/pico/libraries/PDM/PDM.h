/* Stands for arduino-pico fdd7557's library PDM: its pins may be set by the sketch. */
#pragma once
#include <Arduino.h>

class PDMClass {
  public:
    PDMClass(int dinPin, int clkPin);
    virtual ~PDMClass();
    void setDIN(int dinPin);
    void setCLK(int clkPin);
    int begin(int channels, int sampleRate);
    virtual int available();
    virtual int read(void *buffer, size_t size);
    void onReceive(void (*)(void));
};
extern PDMClass PDM;
