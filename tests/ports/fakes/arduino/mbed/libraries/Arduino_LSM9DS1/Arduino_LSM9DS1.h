/* Stands for Arduino's library Arduino_LSM9DS1 1.1.1. */
#ifndef Arduino_LSM9DS1_h
#define Arduino_LSM9DS1_h
#include <Arduino.h>
#include <Wire.h>

class LSM9DS1Class {
  public:
    int begin();
    void end();
    int readAcceleration(float &x, float &y, float &z);
    int accelerationAvailable();
    int readGyroscope(float &x, float &y, float &z);
    int gyroscopeAvailable();
};

extern LSM9DS1Class IMU;
#endif
