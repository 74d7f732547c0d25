/* Stands for ESP-IDF's sdkconfig.h: what firmware/port/espidf uses of it. */
#ifndef SDKCONFIG_H
#define SDKCONFIG_H
#define CONFIG_ESP_CONSOLE_UART_NUM 0
#define CONFIG_ESP_MAIN_TASK_STACK_SIZE 8192
#endif
