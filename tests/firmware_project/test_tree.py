"""Whole firmware projects as values: pure, stable, complete, safe."""

import configparser
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.build.toy import toy_sources
from tinykd.boards import list_boards, load_board
from tinykd.errors import BudgetError, DataError
from tinykd.firmware_project import Samples, project_files

BOARDS = [board.name for board in list_boards()]
SAMPLES = Samples(np.arange(-64, 64, dtype=np.int8).reshape(2, 8, 8), (1, 0))
LABELS = ('a "b"\n??/', "é */ \\")


@pytest.mark.parametrize("name", BOARDS)
def test_a_project_is_a_pure_function_of_its_facts(name: str) -> None:
    first, second = (project_files(toy_sources(), load_board(name), SAMPLES, LABELS) for _ in range(2))
    assert first == second
    assert list(first) == sorted(first)


@pytest.mark.parametrize("name", BOARDS)
def test_a_project_names_nothing_of_the_machine_it_was_made_on(name: str) -> None:
    files = project_files(toy_sources(), load_board(name), SAMPLES, LABELS)
    assert not [path for path in files if path.startswith("/") or ".." in path]
    for text in files.values():
        assert str(Path.cwd()) not in text and str(Path.home()) + "/" not in text
        assert text.endswith("\n")


@pytest.mark.parametrize("name", BOARDS)
def test_every_included_header_is_there(name: str) -> None:
    files = project_files(toy_sources(), load_board(name))
    headers = {path.rpartition("/")[2] for path in files if path.endswith(".h")}
    wanted = {h for text in files.values() for h in re.findall(r'#include "([^"]+)"', text)}
    assert wanted <= headers


def test_only_the_port_of_the_board_is_copied() -> None:
    ports = {
        p.split("/")[2] for p in project_files(toy_sources(), load_board("qemu-microbit")) if "/port/" in p
    }
    assert ports == {"cortexm", "nrf51"}


def test_without_samples_the_firmware_has_none() -> None:
    main = project_files(toy_sources(), load_board("host"))["main.c"]
    assert "sizeof arena, NULL);" in main and "samples" not in main


def test_samples_and_labels_are_in_the_firmware() -> None:
    main = project_files(toy_sources(), load_board("host"), SAMPLES, LABELS)["main.c"]
    assert "static const int8_t sample_inputs[2 * 64]" in main and "-64, -63" in main
    assert r'"a \"b\"\012\?\?/"' in main and r'"\303\251 */ \\"' in main


def test_samples_must_be_whole() -> None:
    with pytest.raises(DataError, match="2 inputs of int8 with 1 classes; expected as many int8 inputs"):
        Samples(SAMPLES.inputs, (1,))
    with pytest.raises(DataError, match="a class out of range; expected classes 0 to 65535"):
        Samples(SAMPLES.inputs, (1, 70000))


def test_a_model_that_no_compiler_need_be_asked_about_is_refused() -> None:
    fix = "Make the model narrower or choose a larger board"
    with pytest.raises(BudgetError) as caught:
        project_files(toy_sources(arena_bytes=15_000), load_board("qemu-microbit"))
    assert str(caught.value) == (
        "toy on qemu-microbit: arena 15,000 and stack 3,072 are 18,072 bytes of RAM; "
        "expected at most 16,384. " + fix
    )
    with pytest.raises(BudgetError) as caught:
        project_files(replace(toy_sources(), weights_bytes=262_145), load_board("qemu-microbit"))
    assert str(caught.value) == (
        f"toy on qemu-microbit: weights alone are 262,145 bytes of flash; expected at most 262,144. {fix}"
    )


@pytest.mark.parametrize("name", [board.name for board in list_boards() if board.platformio])
def test_platformio_ini_is_read_as_it_was_meant(name: str) -> None:
    board = load_board(name)
    files = project_files(toy_sources(), board, SAMPLES, LABELS)
    ini = configparser.ConfigParser(interpolation=None)
    ini.read_string(files["platformio.ini"])
    environment = ini[f"env:{name}"]
    assert board.platformio is not None
    assert environment["platform"] == board.platformio.platform
    if board.platformio.framework == "espidf":
        sources = re.findall(r'"\.\./([^"]+\.c)"', files["src/CMakeLists.txt"])
    else:
        sources = re.findall(r"\+<([^>]+)>", environment["build_src_filter"])
    assert set(sources) == {path for path in files if path.endswith((".c", ".cpp"))}
    assert "Makefile" not in files and "void tkd_application(void) {" in files["main.c"]


@pytest.mark.parametrize("name", ["esp32-s3-espidf", "esp32-p4-espidf"])
def test_an_esp_idf_project_pins_its_components(name: str) -> None:
    files = project_files(toy_sources(), load_board(name), SAMPLES, LABELS)
    assert '  espressif/esp-nn: ">=1.2.3"\n' in files["src/idf_component.yml"]
    ini = configparser.ConfigParser(interpolation=None)
    ini.read_string(files["platformio.ini"])
    assert ini["platformio"]["src_dir"] == "src" and ini[f"env:{name}"]["framework"] == "espidf"
    folders = re.findall(r'"\.\./([^".]+)"', files["src/CMakeLists.txt"])
    assert set(folders) == {path.rpartition("/")[0] for path in files if path.endswith(".h")}
    assert "# CONFIG_NN_SKIP_NUDGE is not set\n" in files["sdkconfig.defaults"]
    assert "CONFIG_ESP_MAIN_TASK_STACK_SIZE=8192\n" in files["sdkconfig.defaults"]
