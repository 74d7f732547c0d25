/* Stands for ESP-IDF 5.3's esp_err.h: what the faked drivers return. */
#ifndef ESP_ERR_H
#define ESP_ERR_H
typedef int esp_err_t;
#define ESP_OK 0
#endif
