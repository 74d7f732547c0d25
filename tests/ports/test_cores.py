"""Every Arduino board with its own core's linkage, macros and libraries: the port, your code, the examples.

PlatformIO's finder takes a core's library as soon as its header is named anywhere, and compiles it whole:
what an example asks for must compile for the board.
"""

from pathlib import Path

import pytest

from tests.build.toy import toy_sources
from tests.firmware_project.sensed import KINDS, around, model
from tests.ports.compiling import compile_sources, write_files
from tests.ports.cores import core_of, ignored_libraries
from tests.ports.test_compile import roomy
from tinykd.boards import Board, list_boards, load_board
from tinykd.firmware_project import project_files

ARDUINO = {board.name: board for board in list_boards() if board.framework == "arduino"}
PDM_APP = """
#include "tkd_app.h"
#if defined(__has_include) && __has_include(<PDM.h>)
#include <PDM.h>
static short samples[8];
void on_result(const tkd_result *) { PDM.read(samples, sizeof samples); }
#endif
"""


def built_with_libraries(board: Board, files: dict[str, str], folder: Path) -> int:
    """The project, and the libraries that are taken for its app.cpp; the objects."""
    write_files(files, folder)
    core = core_of(board)
    taken = core.libraries((files["src/app.cpp"], files["src/main.c"]), ignored_libraries(board))
    sources = [str(path) for library in taken for path in library.glob("*.cpp")]
    where = [f"-I{library}" for library in taken]
    own = [path for path in files if path.startswith("lib/tinykd_port/") and path.endswith(".cpp")]
    return compile_sources(board, files, ["src/app.cpp", *own, *sources], folder, where)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ARDUINO)
def test_examples_build_as_app_with_the_libraries_of_the_core(name: str, kind: str, tmp_path: Path) -> None:
    """Every board gets one of every kind; but for the Uno, whose RAM holds no sound and no frame."""
    board = ARDUINO[name] if name == "uno" else roomy(ARDUINO[name])
    frontend, shape = KINDS[kind]
    files = project_files(model(shape), board, around=around(frontend, shape))
    assert (f"examples/{kind}.cpp" in files) == (name != "uno" or kind == "accelerometer")
    if f"examples/{kind}.cpp" in files:
        files["src/app.cpp"] = files[f"examples/{kind}.cpp"]
    assert built_with_libraries(board, files, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ARDUINO)
def test_code_that_asks_for_a_microphone_builds_where_there_is_none(name: str, tmp_path: Path) -> None:
    """mbed's PDM is there for every board and compiles only where the variant has its pins: pico had none."""
    files = project_files(toy_sources(), roomy(ARDUINO[name])) | {"src/app.cpp": PDM_APP}
    assert built_with_libraries(ARDUINO[name], files, tmp_path)


def test_the_clock_has_the_linkage_of_each_core() -> None:
    """RP2040 under mbed is the one that declares SystemCoreClock without extern "C"."""
    linkage = {name: core_of(load_board(name)).defined for name in ("pico", "nano33ble", "portenta_h7_m7")}
    assert [name for name, defined in linkage.items() if "TARGET_RP2040" in defined] == ["pico"]


def test_both_rp2040_boards_run_at_what_mbed_sets() -> None:
    assert {load_board(name).clock_hz for name in ("pico", "nanorp2040connect")} == {125_000_000}
    assert load_board("pico2").clock_hz == 150_000_000
