/* Arduino's microphone library, declarations only. */
#pragma once
#include <stddef.h>

struct PDMClass {
    int begin(int, int);
    int available();
    int read(void *, size_t);
    void onReceive(void (*)(void));
};
extern PDMClass PDM;
