"""Every port builds without a warning: gcc and clang, each board, the Arduino port on a stand-in core."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.build.toy import toy_sources
from tinykd.boards import Board, list_boards, load_board
from tinykd.files import write_whole
from tinykd.firmware_project import Samples, project_files

WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-Wshadow",
    "-Wconversion",
    "-Wdouble-promotion",
    "-Wstrict-prototypes",
    "-Wvla",
]
BARE = [board.name for board in list_boards() if board.machine]
NEWLIB = "/usr/lib/arm-none-eabi/include"

ARDUINO_H = """
#pragma once
#include <stddef.h>
#include <stdint.h>
#define F_CPU 84000000L
extern "C" { unsigned long millis(void); unsigned long micros(void); void yield(void); }
void setup();
void loop();
struct HardwareSerial {
    void begin(unsigned long);
    int available();
    int read();
    size_t write(const uint8_t *, size_t);
    void flush();
    size_t setRxBufferSize(size_t);
};
extern HardwareSerial Serial;
struct EspClass { uint32_t getCycleCount(); uint32_t getCpuFreqMHz(); void restart(); };
extern EspClass ESP;
size_t getArduinoLoopTaskStackSize(void);
unsigned uxTaskGetStackHighWaterMark(void *);
"""


def write_project(folder: Path, board: Board) -> list[str]:
    samples = Samples(np.zeros((2, 64), np.int8), (0, 1))
    files = project_files(toy_sources(), board, samples, ("a??/", 'b"'))
    for path, text in files.items():
        write_whole(folder / path, text)
    return sorted(files)


def includes(files: list[str]) -> list[str]:
    return sorted({f"-I{path.rpartition('/')[0]}" for path in files if path.endswith(".h")})


def defines(board: Board) -> list[str]:
    return [f"-D{define}" for define in (*board.defines, f"TKD_CLOCK_HZ={board.clock_hz}u")]


def compile_all(command: list[str], files: list[str], folder: Path) -> None:
    sources = [path for path in files if path.endswith(".c")]
    found = subprocess.run([*command, *includes(files), *sources], cwd=folder, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_host_board_is_clean(compiler: str, tmp_path: Path) -> None:
    files = write_project(tmp_path, load_board("host"))
    compile_all([compiler, "-std=c99", *WARNINGS, "-O2", "-fsyntax-only"], files, tmp_path)


@pytest.mark.parametrize("name", BARE)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_a_bare_board_is_clean(compiler: str, name: str, tmp_path: Path) -> None:
    board = load_board(name)
    files = write_project(tmp_path, board)
    command = {
        "gcc": ["arm-none-eabi-gcc", "-c", "-O2"],
        "clang": ["clang", "--target=arm-none-eabi", "-isystem", NEWLIB, "-fsyntax-only"],
    }[compiler]
    compile_all([*command, *board.cpu_flags, *defines(board), "-std=c99", *WARNINGS], files, tmp_path)


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize(
    "family", [[], ["-DARDUINO_ARCH_ESP32"], ["-DTKD_USB_NATIVE=1"], ["-D__ARM_ARCH_7EM__", "-D__arm__"]]
)
def test_the_arduino_port_is_clean(compiler: str, family: list[str], tmp_path: Path) -> None:
    write_project(tmp_path, load_board("nucleo_f446re"))
    write_whole(tmp_path / "core" / "Arduino.h", ARDUINO_H)
    warnings = [flag for flag in WARNINGS if flag not in ("-Wstrict-prototypes",)]
    where = ["-Icore", "lib/tinykd_port/src/tkd_port.cpp"]
    command = [compiler, "-std=c++17", "-fsyntax-only", *warnings, *family, *where]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


def test_the_generated_project_builds_and_runs_by_make_alone(tmp_path: Path) -> None:
    write_project(tmp_path, load_board("host"))
    subprocess.run(["make", "-s", "-C", str(tmp_path)], check=True)
    with subprocess.Popen(["make", "-s", "-C", str(tmp_path), "run"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"port /dev/")
        subprocess.run(["pkill", "-P", str(process.pid)], check=True)
