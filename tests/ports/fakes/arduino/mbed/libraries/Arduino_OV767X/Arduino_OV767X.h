/* Stands for Arduino_OV767X 0.0.2: what the camera example uses of it. */
#ifndef ARDUINO_OV767X_H
#define ARDUINO_OV767X_H
enum { YUV422 = 0, RGB444 = 1, RGB565 = 2, GRAYSCALE = 4 };
enum { VGA = 0, CIF = 1, QVGA = 2, QCIF = 3, QQVGA = 4 };
class OV767X {
  public:
    OV767X();
    virtual ~OV767X();
    int begin(int resolution, int format, int fps);
    void end();
    void readFrame(void *buffer);
};
extern OV767X Camera;
#endif
