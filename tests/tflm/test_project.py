"""The firmware project around it: where TFLM comes from on each kind of board, and what make is given."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tflm import models
from tests.tflm.conftest import program_on
from tests.tflm.headers import make_tree
from tinykd.boards import list_boards, load_board
from tinykd.data.features.frontend import SensorFrontend
from tinykd.files import write_whole
from tinykd.firmware_project import Surroundings, firmware_files
from tinykd.tflm.make import TflmOptions, make_program
from tinykd.tflm.target import target_of
from tinykd.tflm.tree import TflmTree


def project(board: str) -> dict[str, str]:
    return firmware_files(program_on(board, models.dense()), load_board(board))


def test_a_library_of_platformio() -> None:
    ini = project("nucleo_f401re")["platformio.ini"]
    assert "lib_deps =\n    spaziochirale/Chirale_TensorFLowLite@2.0.0\n" in ini
    assert "\nlib_compat_mode = off\n" in ini
    assert "\nbuild_unflags = -std=gnu++11 -std=gnu++14\n" in ini
    assert " -w -std=gnu++17\n" in ini


def test_a_component_of_esp_idf() -> None:
    files = project("esp32dev-espidf")
    assert '  espressif/esp-tflite-micro: "1.4.0"\n' in files["src/idf_component.yml"]
    assert "model/tiny_flatbuffer.cpp" in files["src/CMakeLists.txt"]


@pytest.mark.parametrize("board", ["esp32dev", "esp32-s3-devkitc-1", "esp32-c3-devkitm-1", "nano_esp32"])
def test_the_component_in_arduinos_core_needs_its_platform(board: str) -> None:
    ini = project(board)["platformio.ini"]
    release = "https://github.com/pioarduino/platform-espressif32/releases/download/55.03.311"
    assert f"\nplatform = {release}/platform-espressif32.zip\n" in ini
    assert "lib_deps" not in ini

    from tests.build.toy import toy_sources
    from tinykd.firmware_project import project_files

    assert (
        "\nplatform = espressif32@6.13.0\n"
        in project_files(toy_sources(), load_board(board))["platformio.ini"]
    )


def test_the_runtime_static_asks_for_none_of_it() -> None:
    from tests.build.toy import toy_sources
    from tinykd.firmware_project import project_files

    ini = project_files(toy_sources(), load_board("nucleo_f401re"))["platformio.ini"]
    assert "TensorFLowLite" not in ini
    assert "lib_compat_mode" not in ini


@pytest.mark.parametrize("board", [b.name for b in list_boards() if b.tflm and b.tflm.source != "vendored"])
def test_every_real_board_that_has_a_library_gets_a_project(board: str) -> None:
    known = load_board(board)
    program = program_on(known, models.dense())
    if program.arena_bytes + known.stack_bytes > known.ram_bytes:
        pytest.fail(f"{board} cannot hold an arena of {program.arena_bytes} bytes")
    files = firmware_files(program, known)
    assert {"src/model/tiny.cpp", "src/model/tiny_flatbuffer.cpp", "include/tiny.h"} <= set(files)
    assert "lib/tinykd_tflm/src/tkd_tflm.h" in files
    assert not any("tkd_tflm_bare" in path or "tinykd_kernels" in path for path in files)
    assert known.tflm is not None
    if known.tflm.include:
        assert f"#include <{known.tflm.include}>" in files["src/model/tiny.cpp"]


def in_tree(tmp_path: Path) -> dict[str, str]:
    tree = TflmTree(make_tree(tmp_path / "tree", "cortex_m_generic_cortex-m4+fp_release_cmsis_nn_gcc"))
    board = load_board("qemu-mps2-an386")
    return firmware_files(
        make_program(models.dense(), board, target_of(board, tree), TflmOptions("tiny")), board
    )


def test_a_virtual_board_links_from_the_tree(tmp_path: Path) -> None:
    files = in_tree(tmp_path)
    assert str(tmp_path) not in "".join(files.values())
    makefile = files["Makefile"]
    library = "gen/cortex_m_generic_cortex-m4+fp_release_cmsis_nn_gcc/lib/libtensorflow-microlite.a"
    assert f"TFLM := $(TFLM_DIR)/{library}\n" in makefile
    defines = "-DTF_LITE_STATIC_MEMORY -DCMSIS_NN -DNDEBUG -DTF_LITE_STRIP_ERROR_STRINGS"
    assert f"DEFINES += {defines} -DTKD_TFLM_LOG_ARGUMENTS\n" in makefile
    assert "lib/tinykd_tflm/src/tkd_tflm_bare.cpp" in files


@pytest.mark.slow
def test_make_without_a_tree_says_what_it_wants(tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.fail("make is not installed")
    for path, text in in_tree(tmp_path).items():
        (tmp_path / "project" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / path).write_text(text)
    done = subprocess.run(
        ["make", "-C", str(tmp_path / "project"), "TFLM_DIR=/nowhere"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "TFLM_DIR must name a tree of TensorFlow Lite Micro that holds it.  Stop." in done.stderr


@pytest.mark.slow
def test_what_lies_around_the_model_compiles_with_this_runtime_too(tmp_path: Path) -> None:
    """NAME_features.h asks NAME.h to quantize, whichever runtime made it."""
    board = load_board("nucleo_f446re")
    around = Surroundings(SensorFrontend((0.5,), (2.0,), 50.0), {"task": "anomaly", "threshold": 0.25})
    files = firmware_files(program_on(board, models.dense()), board, around=around)
    for path, text in files.items():
        write_whole(tmp_path / path, text)
    main = '#include "tiny_features.h"\nint main(void) { return tiny_from_measured(0.5f, 0); }\n'
    write_whole(tmp_path / "main.c", main)
    where = ["-Iinclude", "-Ilib/tinykd/src", "-Ilib/tinykd_tflm/src"]
    command = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", *where, "-fsyntax-only", "main.c"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
