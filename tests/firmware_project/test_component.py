"""The ESP-IDF component and the CMake library of a real model, configured and compiled by the real CMake."""

import subprocess
from pathlib import Path

import pytest

from tests.build.test_strict import WARNINGS
from tinykd.boards import load_board
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.program import Program
from tinykd.files import write_whole
from tinykd.firmware_project.layouts import cmake_files, espidf_files
from tinykd.graph.reader import read_graph

pytestmark = pytest.mark.slow
FIXTURE = Path(__file__).parents[1] / "fixtures/digits.tflite"
# What ESP-IDF does with a component, without ESP-IDF: a static library with the component's name.
STANDIN = """cmake_minimum_required(VERSION 3.16)
project(standin C)
function(idf_component_register)
    cmake_parse_arguments(C "" "" "SRCS;INCLUDE_DIRS;PRIV_INCLUDE_DIRS" ${ARGN})
    add_library(component STATIC ${C_SRCS})
    target_include_directories(component PUBLIC ${C_INCLUDE_DIRS} PRIVATE ${C_PRIV_INCLUDE_DIRS})
    target_compile_options(component PRIVATE WARNINGS)
    set(COMPONENT_LIB component PARENT_SCOPE)
endfunction()
add_subdirectory(tinykd_digits)
add_executable(user main.c)
target_link_libraries(user component)
"""
MAIN = """#include "digits.h"
#include <stdio.h>
static _Alignas(16) uint8_t arena[DIGITS_ARENA_BYTES];
int main(void) { return digits_reset(arena) == TKD_OK && digits_invoke(arena) == TKD_OK ? 0 : 1; }
"""


@pytest.fixture(scope="module")
def program() -> Program:
    return compile_graph(read_graph(FIXTURE.read_bytes()), CompileOptions(name="digits"))


def build(folder: Path) -> None:
    for command in (["cmake", "-S", ".", "-B", "b", "-DCMAKE_BUILD_TYPE=Release"], ["cmake", "--build", "b"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert subprocess.run([folder / "b/user"]).returncode == 0


def test_the_component_compiles_and_runs(program: Program, tmp_path: Path) -> None:
    files = espidf_files(program, load_board("esp32-s3-espidf"))
    assert '  espressif/esp-nn: ">=1.2.3"\n' in files["tinykd_digits/idf_component.yml"]
    assert not [path for path in files if path.endswith(("Makefile", "example.c"))]
    warnings = " ".join(w for w in WARNINGS if w != "-Wstrict-prototypes")
    standin = {"CMakeLists.txt": STANDIN.replace("WARNINGS", warnings), "main.c": MAIN}
    for path, text in {**files, **standin}.items():
        write_whole(tmp_path / path, text)
    build(tmp_path)


def test_the_cmake_library_compiles_and_runs(program: Program, tmp_path: Path) -> None:
    user = """cmake_minimum_required(VERSION 3.13)
project(user C)
add_subdirectory(tinykd_digits)
add_executable(user main.c)
target_link_libraries(user PRIVATE tinykd::digits)
"""
    for path, text in {**cmake_files(program), "CMakeLists.txt": user, "main.c": MAIN}.items():
        write_whole(tmp_path / path, text)
    build(tmp_path)
