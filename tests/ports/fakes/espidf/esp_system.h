/* Stands for ESP-IDF's esp_system.h: what firmware/port/espidf uses of it. */
#ifndef ESP_SYSTEM_H
#define ESP_SYSTEM_H
#include "esp_err.h"
void esp_restart(void);
#define ESP_ERROR_CHECK(x) ((void)(x))
#endif
