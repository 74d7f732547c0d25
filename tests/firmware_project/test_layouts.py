"""Sketch, library, component: complete, compiled as their tools would, without a warning."""

import io
import re
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.build.toy import toy_sources
from tests.ports.compiling import (
    compiler,
    defines,
    framework_flags,
    includes,
    run,
    standard,
    write_files,
)
from tests.ports.cores import core_of
from tinykd.boards import Board, list_boards, load_board
from tinykd.errors import ConfigError
from tinykd.files import write_whole
from tinykd.firmware_project import EmbeddedSamples, project_files
from tinykd.firmware_project.layouts import arduino_files, arduino_library

NANO = load_board("nano33ble")
NAMES_A_FILE = re.compile(r'\.(c|cpp|h)"')  # in assembly
SAMPLES = EmbeddedSamples(np.zeros((1, 64), np.int8), (1,))
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
    definitions = files["toy/src/tinykd/tkd_definitions.h"]
    for definition in ("TKD_BAUD 115200", "TKD_USB_NATIVE 1", "TKD_CLOCK_HZ 64000000u"):
        assert f"#define {definition}\n" in definitions


@pytest.mark.slow
@pytest.mark.parametrize("name", [board.name for board in list_boards() if board.framework == "arduino"])
def test_a_sketch_has_what_the_projects_build_defines(name: str, tmp_path: Path) -> None:
    """Port, harness and link as the project has them: a clock, a baud rate, an Uno's small buffers."""
    board = load_board(name)
    roomy = board.model_copy(update={"ram_bytes": 1 << 24, "flash_bytes": 1 << 24})
    project = project_files(toy_sources(), roomy, SAMPLES, ("a", "b"))
    write_files(project, tmp_path / "project")
    write_files(arduino_files(toy_sources(), roomy, SAMPLES, ("a", "b")), tmp_path)
    own = [path for path in project if path.startswith("lib/tinykd_port/") or "tkd_console.c" in path]
    for path in [path for path in own if path.endswith((".c", ".cpp"))]:
        built = compiled(board, tmp_path / "project", path, [*defines(board), *includes(project)])
        sketched = compiled(board, tmp_path / "toy/src/tinykd", Path(path).name, [])
        assert built == sketched != "", path


def compiled(board: Board, folder: Path, path: str, where: list[str]) -> str:
    """The assembly of ``folder / path``, by the compiler of the board's processor."""
    language = "c++" if path.endswith(".cpp") else "c"
    command = [*compiler(board, language), *standard(board, language), "-Os", *framework_flags(board), *where]
    said = run([*command, "-S", "-o", "-", path], folder)
    return "\n".join(line for line in said.splitlines() if not NAMES_A_FILE.search(line))


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
