/* Stands for ESP-IDF's esp_cpu.h: what firmware/port/espidf uses of it. */
#ifndef ESP_CPU_H
#define ESP_CPU_H
#include <stdint.h>
uint32_t esp_cpu_get_cycle_count(void);
#endif
