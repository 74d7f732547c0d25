/* Stands for Arduino's library Arduino_LSM6DSOX 1.1.2. */
#ifndef Arduino_LSM6DSOX_h
#define Arduino_LSM6DSOX_h
#include <Arduino.h>
#include <Wire.h>

class LSM6DSOXClass {
  public:
    int begin();
    void end();
    int readAcceleration(float &x, float &y, float &z);
    int accelerationAvailable();
    int readGyroscope(float &x, float &y, float &z);
    int gyroscopeAvailable();
};

extern LSM6DSOXClass IMU;
#endif
