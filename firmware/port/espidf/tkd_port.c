/*
 * tkd_port.h on Espressif's chips with ESP-IDF: bytes over the console's UART, cycles of the processor's counter.
 *
 * The board's TOML may define TKD_BAUD and TKD_RX_WINDOW (what the driver's receive buffer holds). The model runs in
 * the main task; its stack is CONFIG_ESP_MAIN_TASK_STACK_SIZE.
 */
#include "tkd_port.h"

#include <driver/uart.h>
#include <esp_clk_tree.h>
#include <esp_cpu.h>
#include <esp_system.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <sdkconfig.h>

#ifndef TKD_BAUD
#define TKD_BAUD 115200
#endif
#ifndef TKD_RX_WINDOW
#define TKD_RX_WINDOW 1024u
#endif

#define PORT ((uart_port_t)CONFIG_ESP_CONSOLE_UART_NUM)

void tkd_application(void); /* main.c */
void app_main(void);

void app_main(void) { tkd_application(); }

/* The pins stay those of the console. */
void tkd_port_init(void) {
    uart_config_t config = {0};
    config.baud_rate = TKD_BAUD;
    config.data_bits = UART_DATA_8_BITS;
    config.parity = UART_PARITY_DISABLE;
    config.stop_bits = UART_STOP_BITS_1;
    config.flow_ctrl = UART_HW_FLOWCTRL_DISABLE;
    config.source_clk = UART_SCLK_DEFAULT;
    ESP_ERROR_CHECK(uart_driver_install(PORT, (int)TKD_RX_WINDOW + 128, 0, 0, NULL, 0));
    ESP_ERROR_CHECK(uart_param_config(PORT, &config));
}

int tkd_port_read(uint32_t timeout_ms) {
    uint8_t byte = 0;
    return uart_read_bytes(PORT, &byte, 1, pdMS_TO_TICKS(timeout_ms)) == 1 ? byte : -1;
}

void tkd_port_write(const uint8_t *data, size_t bytes) { (void)uart_write_bytes(PORT, data, bytes); }

uint32_t tkd_port_ticks(void) { return (uint32_t)esp_cpu_get_cycle_count(); }

const char *tkd_port_tick_unit(void) { return "cycles"; }

uint32_t tkd_port_tick_hz(void) {
    uint32_t hz = 0;
    (void)esp_clk_tree_src_get_freq_hz(SOC_MOD_CLK_CPU, ESP_CLK_TREE_SRC_FREQ_PRECISION_CACHED, &hz);
    return hz;
}

uint32_t tkd_port_core_hz(void) { return tkd_port_tick_hz(); }

/* Code and constants in flash are read through them, always; the smaller chips have one for both. */
const char *tkd_port_caches(void) {
#if defined(CONFIG_IDF_TARGET_ARCH_XTENSA) || defined(CONFIG_IDF_TARGET_ESP32P4)
    return "icache dcache";
#else
    return "icache";
#endif
}

uint32_t tkd_port_rx_window(void) { return TKD_RX_WINDOW; }

uint32_t tkd_port_stack_bytes(void) { return CONFIG_ESP_MAIN_TASK_STACK_SIZE; }

/* ESP-IDF counts stacks in bytes. */
uint32_t tkd_port_stack_used(void) {
    return CONFIG_ESP_MAIN_TASK_STACK_SIZE - (uint32_t)uxTaskGetStackHighWaterMark(NULL);
}

void tkd_port_reset(void) { esp_restart(); }
