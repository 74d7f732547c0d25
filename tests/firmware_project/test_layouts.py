"""Sketch, library, component: complete, compiled as their tools would, without a warning."""

import io
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.build.toy import toy_sources
from tests.ports.cores import core_of
from tinykd.boards import load_board
from tinykd.errors import ConfigError
from tinykd.files import write_whole
from tinykd.firmware_project import Samples
from tinykd.firmware_project.layouts import arduino_files, arduino_library

NANO = load_board("nano33ble")
SAMPLES = Samples(np.zeros((1, 64), np.int8), (1,))
CORE = core_of(NANO).flags
WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wshadow"]


def sketch() -> dict[str, str]:
    return arduino_files(toy_sources(), NANO, SAMPLES, ("a", "b"))


def compile_sketch(folder: Path, ino: str, sources: Path) -> None:
    """As Arduino's builder does: every file by itself, the .ino as C++ with Arduino.h before it."""
    write_whole(folder / "sketch.cpp", f'#include <Arduino.h>\n#include "{ino}"\n')
    files = sorted([folder / "sketch.cpp", *sources.glob("*.c"), *sources.glob("*.cpp")])
    for file in files:
        cpp = file.suffix == ".cpp"
        compiler = ["g++", "-std=gnu++17"] if cpp else ["gcc", "-std=gnu11"]
        where = [*CORE, f"-I{folder}"]
        command = [*compiler, *WARNINGS, *where, "-fsyntax-only", str(file)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_sketch_compiles(tmp_path: Path) -> None:
    for path, text in sketch().items():
        write_whole(tmp_path / path, text)
    compile_sketch(tmp_path / "toy", "toy.ino", tmp_path / "toy/src/tinykd")


def test_a_sketch_is_complete_and_flat() -> None:
    files = sketch()
    assert files["toy/toy.ino"].count("YOUR CODE") == 1
    assert "setup(" not in files["toy/toy.ino"].replace("setup() and", "")
    inside = [path for path in files if path.startswith("toy/src/tinykd/")]
    assert {"toy/src/tinykd/toy.c", "toy/src/tinykd/tkd_main.c"} <= set(inside)
    assert all(path.count("/") == 3 for path in inside)
    port = files["toy/src/tinykd/tkd_port.cpp"]
    for definition in ("#define TKD_BAUD 115200\n", "#define TKD_USB_NATIVE 1\n"):
        assert definition in port


@pytest.mark.slow
def test_the_library_is_the_same_bytes_and_its_example_compiles(tmp_path: Path) -> None:
    packed = arduino_library(sketch(), toy_sources(), NANO)
    assert packed == arduino_library(sketch(), toy_sources(), NANO)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)
    properties = (tmp_path / "tinykd_toy/library.properties").read_text()
    assert "name=tinykd_toy\n" in properties and "includes=toy.h,tkd_app.h\n" in properties
    example = tmp_path / "tinykd_toy/examples/toy"
    for header in (tmp_path / "tinykd_toy/src").glob("*.h"):
        (example / header.name).symlink_to(header)
    compile_sketch(example, "toy.ino", tmp_path / "tinykd_toy/src")


def test_a_board_without_an_arduino_core_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        arduino_files(toy_sources(), load_board("host"))
    assert str(caught.value) == (
        "board host: has no Arduino core here; expected a board with framework arduino. "
        "Choose one with --board; `tinykd boards` shows each board's framework"
    )
