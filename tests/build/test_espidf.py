"""ESP-IDF without ESP-IDF: the port compiles strictly against stand-in headers, PlatformIO runs in a copy."""

import subprocess
from pathlib import Path

import pytest

from tests.build.test_strict import WARNINGS
from tinykd.files import write_whole
from tinykd.paths import FIRMWARE

HEADERS = {
    "sdkconfig.h": "#define CONFIG_ESP_CONSOLE_UART_NUM 0\n#define CONFIG_ESP_MAIN_TASK_STACK_SIZE 8192\n",
    "driver/uart.h": """
#include <stddef.h>
#include <stdint.h>
#include "esp_system.h"
typedef int uart_port_t;
typedef uint32_t TickType_t;
enum { UART_DATA_8_BITS = 3, UART_PARITY_DISABLE = 0, UART_STOP_BITS_1 = 1, UART_HW_FLOWCTRL_DISABLE = 0 };
enum { UART_SCLK_DEFAULT = 4 };
typedef struct { int baud_rate, data_bits, parity, stop_bits, flow_ctrl, source_clk; } uart_config_t;
esp_err_t uart_driver_install(uart_port_t, int, int, int, void *, int);
esp_err_t uart_param_config(uart_port_t, const uart_config_t *);
int uart_read_bytes(uart_port_t, void *, uint32_t, TickType_t);
int uart_write_bytes(uart_port_t, const void *, size_t);
""",
    "esp_clk_tree.h": """
#include <stdint.h>
enum { SOC_MOD_CLK_CPU = 1, ESP_CLK_TREE_SRC_FREQ_PRECISION_CACHED = 0 };
int esp_clk_tree_src_get_freq_hz(int, int, uint32_t *);
""",
    "esp_cpu.h": "#include <stdint.h>\nuint32_t esp_cpu_get_cycle_count(void);\n",
    "esp_system.h": """
#pragma once
typedef int esp_err_t;
void esp_restart(void);
#define ESP_ERROR_CHECK(x) ((void)(x))
""",
    "freertos/FreeRTOS.h": "#define pdMS_TO_TICKS(ms) ((uint32_t)(ms) / 10u)\n",
    "freertos/task.h": "unsigned uxTaskGetStackHighWaterMark(void *);\n",
}


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_port_compiles_without_warnings(compiler: str, tmp_path: Path) -> None:
    for path, text in HEADERS.items():
        write_whole(tmp_path / path, text)
    source = FIRMWARE / "port/espidf/tkd_port.c"
    command = [compiler, "-std=c99", *WARNINGS, f"-I{tmp_path}", f"-I{FIRMWARE / 'include'}"]
    subprocess.run([*command, "-DTKD_RX_WINDOW=1024u", "-fsyntax-only", str(source)], check=True)
