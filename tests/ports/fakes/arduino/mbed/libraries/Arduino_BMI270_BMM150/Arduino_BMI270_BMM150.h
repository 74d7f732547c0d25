/* Stands for Arduino's library Arduino_BMI270_BMM150 1.2.0. */
#ifndef Arduino_BMI270_BMM150_h
#define Arduino_BMI270_BMM150_h
#include <Arduino.h>
#include <Wire.h>

class BoschSensorClass {
  public:
    int begin();
    void end();
    int readAcceleration(float &x, float &y, float &z);
    int accelerationAvailable();
    int readGyroscope(float &x, float &y, float &z);
    int gyroscopeAvailable();
};

extern BoschSensorClass IMU;
#endif
