/* Stands for ESP-IDF's freertos/FreeRTOS.h: what firmware/port/espidf uses of it. */
#ifndef FREERTOS_FREERTOS_H
#define FREERTOS_FREERTOS_H
#define pdMS_TO_TICKS(ms) ((uint32_t)(ms) / 10u)
#endif
