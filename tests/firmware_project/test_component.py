"""The ESP-IDF component and the CMake library of a real model, configured and compiled by the real CMake."""

import subprocess
from pathlib import Path

import pytest

from tests.build.test_strict import WARNINGS
from tinykd.boards import load_board
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.compiler.program import Program
from tinykd.data.features.frontend import AudioFrontend, ImageFrontend, SensorFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.errors import ConfigError
from tinykd.files import write_whole
from tinykd.firmware_project import Surroundings, model_sources
from tinykd.firmware_project.layouts import arduino_files, cmake_files, espidf_files, zephyr_files
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


ZEPHYR = """# What Zephyr's CMake functions do (its cmake/modules/extensions.cmake), for one application.
add_library(zephyr_interface INTERFACE)
add_executable(user tinykd_digits/sample/src/main.c)
target_link_libraries(user zephyr_interface)
macro(zephyr_library_named name)
  set(ZEPHYR_CURRENT_LIBRARY ${name})
  add_library(${name} STATIC)
  target_link_libraries(${name} PUBLIC zephyr_interface)
  target_link_libraries(user ${name})
endmacro()
function(zephyr_library_sources)
  target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endfunction()
function(zephyr_include_directories)
  foreach(folder ${ARGN})
    target_include_directories(zephyr_interface INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
  endforeach()
endfunction()
function(zephyr_library_include_directories)
  target_include_directories(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endfunction()
function(zephyr_library_compile_options)
  target_compile_options(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN} WARNINGS)
endfunction()
"""
PRINTK = "#include <stdio.h>\n#define printk printf\n"


def test_the_zephyr_module_compiles_and_runs(program: Program, tmp_path: Path) -> None:
    """With stand-ins for Zephyr's functions: Kconfig's symbol is the one that CMake asks for."""
    files = zephyr_files(program, load_board("host"))
    assert "  cmake: .\n  kconfig: Kconfig\n" in files["tinykd_digits/zephyr/module.yml"]
    assert "\nconfig TINYKD_DIGITS\n\tbool " in files["tinykd_digits/Kconfig"]
    assert "\nCONFIG_TINYKD_DIGITS=y\n" in files["tinykd_digits/sample/prj.conf"]
    warnings = " ".join(w for w in WARNINGS if w != "-Wstrict-prototypes")
    for symbol, works in (("CONFIG_TINYKD_DIGITS", True), ("CONFIG_TINYKD_OTHER", False)):
        folder = tmp_path / symbol
        user = (
            f"cmake_minimum_required(VERSION 3.20)\nproject(user C)\nset({symbol} y)\n"
            f"{ZEPHYR.replace('WARNINGS', warnings)}"
            "target_include_directories(zephyr_interface INTERFACE fake)\nadd_subdirectory(tinykd_digits)\n"
        )
        for path, text in {**files, "CMakeLists.txt": user, "fake/zephyr/sys/printk.h": PRINTK}.items():
            write_whole(folder / path, text)
        if works:
            build(folder)
            said = subprocess.run([folder / "b/user"], capture_output=True, text=True).stdout
            assert said.startswith("digits: status 0\n")
            assert len(said.splitlines()[1].split()) == 10
        else:
            with pytest.raises(AssertionError):
                build(folder)


def test_a_zephyr_module_has_no_kernels_of_esp_idf() -> None:
    board = load_board("esp32-s3-espidf")
    options = CompileOptions("digits", Core(board.core), avr=False)
    program = compile_graph(read_graph(FIXTURE.read_bytes()), options)
    with pytest.raises(ConfigError) as caught:
        zephyr_files(program, board)
    assert str(caught.value) == (
        "board esp32-s3-espidf: kernels that call ESP-NN, which Zephyr does not have; expected kernels that "
        "are whole in themselves. Choose esp32-s3-devkitc-1 with --board, or host for C that runs anywhere"
    )


SOUND = AudioFrontend(LogMel(8000, 2000, 256, 160, 8, 60.0, 4000.0, 1e-6), "time", -4.0, 2.5)
AROUND = {
    "log-mel": Surroundings(SOUND, {"task": "classification", "classes": ["a", "b"]}),
    "sensor": Surroundings(SensorFrontend((0.5,), (2.0,), 50.0), {"task": "anomaly", "threshold": 0.25}),
    "image": Surroundings(
        ImageFrontend(255.0), {"targets": {"names": ["l"], "mean": [1.0], "deviation": [2.0]}}
    ),
}
USES = {
    "log-mel": "digits_log_mel.frames != DIGITS_FRAMES || DIGITS_RATE_HZ != 8000u",
    "sensor": "digits_from_measured(0.5f, 0) == 127 || DIGITS_THRESHOLD < 0.0f",
    "image": "digits_from_pixel(1.0f) == 127 || digits_value(0, 0) > 1.0e9f",
}
SAYS = {"log-mel": "tkd_log_mel_frame(", "sensor": "`digits_error(", "image": "`digits_value("}


@pytest.mark.parametrize("kind", AROUND)
def test_what_lies_around_the_model_is_in_every_layout(kind: str, program: Program, tmp_path: Path) -> None:
    """The header compiles with the model's own, and each README names its functions."""
    around = AROUND[kind]
    files = {
        "arduino": arduino_files(model_sources(program), load_board("nano33ble"), around=around),
        "espidf": espidf_files(program, load_board("esp32-s3-espidf"), around),
        "zephyr": zephyr_files(program, load_board("qemu-mps2-an385"), around),
        "cmake": cmake_files(program, around),
    }
    for layout, found in files.items():
        is_sketch = layout == "arduino"
        place = "digits/src/tinykd/" if is_sketch else "tinykd_digits/include/"
        readme = found["README.md" if is_sketch else "tinykd_digits/README.md"]
        assert f"{place}digits_features.h" in found
        assert (f"{place}tkd_log_mel.h" in found) == (kind == "log-mel")
        assert SAYS[kind] in readme
        folder = tmp_path / layout
        for path, text in found.items():
            write_whole(folder / path, text)
        main = f'#include "digits_features.h"\nint main(void) {{ return {USES[kind]}; }}\n'
        write_whole(folder / "main.c", main)
        command = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", f"-I{place}", "-fsyntax-only", "main.c"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_of_a_model_from_elsewhere_nothing_is_said(program: Program) -> None:
    for files in (cmake_files(program), espidf_files(program, load_board("esp32-s3-espidf"))):
        assert not [path for path in files if path.endswith("_features.h")]
        assert "What goes in" not in files["tinykd_digits/README.md"]


@pytest.mark.parametrize("name", ["pico", "nano33ble", "nucleo_f446re", "qemu-microbit"])
def test_a_component_for_another_processor_is_refused(name: str) -> None:
    """Its kernels were Arm's, and ESP-IDF cannot compile them."""
    board = load_board(name)
    program = compile_graph(read_graph(FIXTURE.read_bytes()), CompileOptions("digits", Core(board.core)))
    with pytest.raises(ConfigError) as caught:
        espidf_files(program, board)
    assert str(caught.value) == (
        f"board {name}: kernels for {board.cpu}, which ESP-IDF has no compiler for; "
        "expected a board of the ESP32 family. Choose esp32dev-espidf with --board, "
        "or host for C that runs anywhere; `tinykd boards` lists all"
    )
