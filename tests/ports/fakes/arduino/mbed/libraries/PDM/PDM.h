/* Stands for ArduinoCore-mbed 4.5.0's library PDM, which is there for every board of the core. */
#ifndef _PDM_H_INCLUDED
#define _PDM_H_INCLUDED
#include <Arduino.h>

class PDMClass {
  public:
    PDMClass(int dinPin, int clkPin, int pwrPin);
    virtual ~PDMClass();
    int begin(int channels, int sampleRate);
    void end();
    virtual int available();
    virtual int read(void *buffer, size_t size);
    void onReceive(void (*)(void));
    void setGain(int gain);
    void setBufferSize(int bufferSize);
};

extern PDMClass PDM;
#endif
