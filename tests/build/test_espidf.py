"""ESP-IDF without ESP-IDF: the port compiles strictly against stand-in headers, PlatformIO runs in a copy."""

import subprocess
from pathlib import Path

import pytest

from tests.build.test_strict import WARNINGS
from tests.build.toy import toy_sources
from tinykd.boards import load_board
from tinykd.build.pio import pio_project, prepare_project
from tinykd.files import write_whole
from tinykd.firmware_project import project_files
from tinykd.paths import FIRMWARE

S3 = load_board("esp32-s3-espidf")
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


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for path, text in project_files(toy_sources(), S3).items():
        write_whole(tmp_path / "project" / path, text)
    return tmp_path / "project"


def test_esp_idf_is_built_in_a_copy(project: Path) -> None:
    """It writes sdkconfig, managed_components and dependencies.lock beside the sources."""
    copy = prepare_project(project, S3)
    assert copy == pio_project(project, S3) != project
    names = {path.relative_to(copy) for path in copy.rglob("*")}
    assert names == {path.relative_to(project) for path in project.rglob("*")}
    assert prepare_project(project, load_board("esp32dev")) == project


def test_other_defaults_make_a_new_configuration(project: Path) -> None:
    written = prepare_project(project, S3) / f"sdkconfig.{S3.name}"
    written.write_text("CONFIG_A=y\n")
    prepare_project(project, S3)
    assert written.exists()
    (project / "sdkconfig.defaults").write_text("CONFIG_B=y\n")
    prepare_project(project, S3)
    assert not written.exists()
