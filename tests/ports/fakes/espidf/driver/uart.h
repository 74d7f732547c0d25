/* Stands for ESP-IDF's driver/uart.h: what firmware/port/espidf uses of it. */
#ifndef DRIVER_UART_H
#define DRIVER_UART_H
#include "esp_system.h"
#include <stddef.h>
#include <stdint.h>
typedef int uart_port_t;
typedef uint32_t TickType_t;
enum { UART_DATA_8_BITS = 3, UART_PARITY_DISABLE = 0, UART_STOP_BITS_1 = 1, UART_HW_FLOWCTRL_DISABLE = 0 };
enum { UART_SCLK_DEFAULT = 4 };
typedef struct {
    int baud_rate, data_bits, parity, stop_bits, flow_ctrl, source_clk;
} uart_config_t;
esp_err_t uart_driver_install(uart_port_t, int, int, int, void *, int);
esp_err_t uart_param_config(uart_port_t, const uart_config_t *);
int uart_read_bytes(uart_port_t, void *, uint32_t, TickType_t);
int uart_write_bytes(uart_port_t, const void *, size_t);
#endif
