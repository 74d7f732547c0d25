"""Whole firmware projects as values: pure, stable, complete, safe."""

import configparser
import json
import re
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest

from tests.build.toy import toy_sources
from tinykd.boards import list_boards, load_board
from tinykd.errors import BudgetError, DataError
from tinykd.firmware_project import EmbeddedSamples, project_files
from tinykd.firmware_project.fit import check_memory
from tinykd.paths import FIRMWARE

BOARDS = [board.name for board in list_boards()]
SAMPLES = EmbeddedSamples(np.arange(-64, 64, dtype=np.int8).reshape(2, 8, 8), (1, 0))
KNOWN = ("host", "qemu-microbit", "qemu-mps2-an385", "qemu-netduinoplus2", "qemu-mps3-an547")
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


@pytest.mark.parametrize("name", ["host", "qemu-microbit"])
def test_a_boards_title_stays_text_in_the_platforms_code(name: str) -> None:
    """Quotes of both kinds, three of them, a comment's end."""
    title = "a \"\"\" b ''' c */ d"
    board = load_board(name).model_copy(update={"title": title, "mcu": title})
    files = project_files(toy_sources(), board, SAMPLES, LABELS)
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
        if path.endswith(".json"):
            json.loads(text)
    assert json.loads(files[f"platform/boards/{name}.json"])["name"] == title
    assert "*/" not in files["src/main.c"].partition("\n")[0].removesuffix("*/")


def test_only_the_port_of_the_board_is_copied() -> None:
    found = {p for p in project_files(toy_sources(), load_board("qemu-microbit")) if "tinykd_port/src" in p}
    folders = [FIRMWARE / "port" / name for name in ("bare", "cortexm", "nrf51")]
    sources = [path for folder in folders for path in folder.iterdir()]
    wanted = {f"lib/tinykd_port/src/{path.name}" for path in sources} | {"lib/tinykd_port/src/tkd_port.h"}
    assert found == wanted


def test_without_samples_the_firmware_has_none() -> None:
    main = project_files(toy_sources(), load_board("host"))["src/main.c"]
    assert "sizeof arena, NULL, &firmware);" in main and "_samples" not in main


def test_samples_and_labels_are_in_the_firmware() -> None:
    main = project_files(toy_sources(), load_board("host"), SAMPLES, LABELS)["src/main.c"]
    assert "static const int8_t sample_inputs[2 * 64]" in main and "-64, -63" in main
    assert r'"a \"b\"\012\?\?/"' in main and r'"\303\251 */ \\"' in main


def test_samples_must_be_whole() -> None:
    with pytest.raises(DataError, match="2 inputs of int8 with 1 classes; expected as many int8 inputs"):
        EmbeddedSamples(SAMPLES.inputs, (1,))
    with pytest.raises(DataError, match="a class out of range; expected classes 0 to 65535"):
        EmbeddedSamples(SAMPLES.inputs, (1, 70000))


def test_a_model_that_no_compiler_need_be_asked_about_is_refused() -> None:
    fix = (
        "It may fit qemu-netduinoplus2 (1,024 KiB flash, 128 KiB RAM), "
        "qemu-mps3-an547 (512 KiB flash, 512 KiB RAM), qemu-mps2-an385 (4,096 KiB flash, 4,096 KiB RAM); "
        "or make the model narrower"
    )
    known = [load_board(name) for name in KNOWN]
    with pytest.raises(BudgetError) as caught:
        check_memory(toy_sources(arena_bytes=15_000), load_board("qemu-microbit"), known)
    assert str(caught.value) == (
        "toy on qemu-microbit: arena 15,000 and stack 3,072 are 18,072 bytes of RAM; "
        "expected at most 16,384. " + fix
    )
    with pytest.raises(BudgetError) as caught:
        check_memory(replace(toy_sources(), weights_bytes=262_145), load_board("qemu-microbit"), known)
    assert str(caught.value) == (
        f"toy on qemu-microbit: weights alone are 262,145 bytes of flash; expected at most 262,144. {fix}"
    )


def test_a_real_board_is_answered_with_real_ones_and_the_largest_has_no_larger() -> None:
    known = [load_board(name) for name in (*KNOWN, "nucleo_f401re", "esp32dev", "pico")]
    with pytest.raises(BudgetError) as caught:
        check_memory(toy_sources(arena_bytes=120_000), load_board("nucleo_f401re"), known)
    assert str(caught.value) == (
        "toy on nucleo_f401re: arena 120,000 and stack 4,096 are 124,096 bytes of RAM; "
        "expected at most 98,304. "
        "It may fit pico (2,048 KiB flash, 264 KiB RAM), esp32dev (1,280 KiB flash, 320 KiB RAM); "
        "or make the model narrower"
    )
    with pytest.raises(
        BudgetError, match=r"\. No board that is known is large enough; or make the model narrower"
    ):
        check_memory(toy_sources(arena_bytes=1 << 29), load_board("esp32dev"), known)


@pytest.mark.parametrize("name", [board.name for board in list_boards() if board.platformio])
def test_platformio_ini_is_read_as_it_was_meant(name: str) -> None:
    board = load_board(name)
    files = project_files(toy_sources(), board, SAMPLES, LABELS)
    ini = configparser.ConfigParser(interpolation=None)
    ini.read_string(files["platformio.ini"])
    environment = ini[f"env:{name}"]
    assert board.platformio is not None
    assert environment["platform"] == board.platformio.platform
    assert environment["lib_ldf_mode"] == ("off" if board.platformio.framework == "espidf" else "chain")
    assert "Makefile" not in files and "void tkd_application(void) {" in files["src/main.c"]


@pytest.mark.parametrize("name", [board.name for board in list_boards() if board.platformio])
def test_command_lines_stay_short_for_windows(name: str) -> None:
    """platform-espressif32 #1522: 32,000 characters, and those of a framework come first."""
    board = load_board(name)
    many = {f"layer_{i}.c": "int x;\n" for i in range(300)}
    files = project_files(replace(toy_sources(), files={**toy_sources().files, **many}), board)
    ini = files["platformio.ini"]
    assert len(ini) < 2_000 and " -I" not in ini
    folders = {path.rpartition("/")[0] for path in files if path.endswith((".h", ".hpp"))}
    assert len(folders) <= 6  # each is one -I


@pytest.mark.parametrize("name", ["esp32-s3-espidf", "esp32-p4-espidf"])
def test_an_esp_idf_project_pins_its_components(name: str) -> None:
    files = project_files(toy_sources(), load_board(name), SAMPLES, LABELS)
    assert '  espressif/esp-nn: ">=1.2.3"\n' in files["src/idf_component.yml"]
    ini = configparser.ConfigParser(interpolation=None)
    ini.read_string(files["platformio.ini"])
    assert ini[f"env:{name}"]["framework"] == "espidf"
    listed = re.findall(r'"([^" ]+\.c(?:pp)?)"', files["src/CMakeLists.txt"])
    sources = {str(PurePosixPath("src") / path).replace("src/../", "") for path in listed}
    assert sources | {"src/main.c", "src/app.cpp"} == {p for p in files if p.endswith((".c", ".cpp"))}
    folders = re.findall(r'"\.\./([^".]+)"', files["src/CMakeLists.txt"])
    assert set(folders) == {path.rpartition("/")[0] for path in files if path.endswith(".h")}
    assert "# CONFIG_NN_SKIP_NUDGE is not set\n" in files["sdkconfig.defaults"]
    assert "CONFIG_ESP_MAIN_TASK_STACK_SIZE=8192\n" in files["sdkconfig.defaults"]


def test_the_firmware_knows_its_own_identity() -> None:
    """Sources, samples and the board's flags change it; the same project has the same."""
    board = load_board("qemu-microbit")

    def identity(*arguments: Any) -> str:
        main = project_files(*arguments)["src/main.c"]
        return re.findall(r'"([0-9a-f]{16})"', main)[0]

    other_flags = board.model_copy(update={"defines": (*board.defines, "X=1")})
    found = [
        identity(toy_sources(), board),
        identity(toy_sources(104), board),
        identity(toy_sources(), other_flags),
        identity(toy_sources(), board, SAMPLES),
    ]
    assert len(set(found)) == 4
    assert identity(toy_sources(), board) == found[0]


def test_an_emulator_that_is_not_installed_is_one_line(tmp_path: Path) -> None:
    files = project_files(toy_sources(), load_board("qemu-mps2-an386"))
    runner: dict[str, Any] = {}
    exec(next(text for path, text in files.items() if path.endswith("runner.py")), runner)
    with pytest.raises(SystemExit) as end:
        runner["start"](str(tmp_path), ["no-such-qemu"])
    assert str(end.value) == (
        "Error: no-such-qemu does not start (No such file or directory): is it installed?"
    )
    (tmp_path / "running.json").write_text('{"pid": 1')
    assert runner["stop"](str(tmp_path)) == "It had ended."
    assert runner["stop"](str(tmp_path)) == "Nothing to stop."
