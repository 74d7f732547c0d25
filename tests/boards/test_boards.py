"""Board files: all of them load, mistakes are one line, nothing heavy is imported."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from tinykd.boards import Board, PlatformIOTarget, list_boards, load_board, read_board
from tinykd.boards.model import CoreName
from tinykd.compiler.core import Core
from tinykd.errors import ConfigError
from tinykd.paths import BOARDS, FIRMWARE

GOOD = """
title = "A board"
mcu = "M4"
core = "cortex-m4"
port = "cmsdk"
clock_hz = 25_000_000
flash_bytes = 1000
ram_bytes = 10000
stack_bytes = 4096
[run]
kind = "qemu"
machine = "mps2-an386"
"""


def board_file(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(path.stem for path in BOARDS.glob("*.toml")))
def test_every_board_file_is_whole(name: str) -> None:
    board = load_board(name)
    assert board.name == name
    assert (FIRMWARE / "port" / board.port).is_dir()
    assert board.stack_bytes < board.ram_bytes


def test_the_boards_that_are_promised_are_there() -> None:
    names = {board.name for board in list_boards()}
    assert names >= {"host", "qemu-mps2-an386", "qemu-netduinoplus2", "qemu-microbit"}
    assert names >= {"nucleo_f446re", "nucleo_f401re", "nano33ble", "esp32dev", "esp32-s3-devkitc-1"}
    assert names >= {"esp32-s3-espidf", "esp32-p4-espidf"}


def test_boards_are_listed_virtual_ones_first() -> None:
    kinds = [board.kind for board in list_boards()]
    assert kinds == sorted(kinds, key=["host", "qemu", "platformio"].index)


def test_core_names_are_those_of_the_compiler() -> None:
    assert set(get_args(CoreName)) == {core.value for core in Core}


def test_platformio_platforms_are_pinned() -> None:
    targets = [board.run for board in list_boards() if isinstance(board.run, PlatformIOTarget)]
    assert targets
    assert all(re.search(r"(@|/download/)\d+\.\d+\.\d+(/|$)", target.platform) for target in targets)


@pytest.mark.parametrize(
    "platform",
    ["espressif32", "https://github.com/a/b/releases/download/stable/c.zip", "https://a.b/1/c.zip"],
)
def test_a_platform_that_may_change_is_refused(platform: str) -> None:
    target = load_board("esp32-s3-espidf").platformio
    assert target is not None
    with pytest.raises(ValidationError, match="platform"):
        PlatformIOTarget.model_validate({**target.model_dump(), "platform": platform})


def test_components_are_for_esp_idf() -> None:
    target = load_board("esp32-s3-espidf").platformio
    assert target is not None and target.components == ("espressif/esp-nn@>=1.2.3",)
    with pytest.raises(ValidationError, match="components and sdkconfig are for framework espidf"):
        PlatformIOTarget.model_validate({**target.model_dump(), "framework": "arduino"})


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("qemu-mps2-386", "qemu-mps2-an386"),
        ("Nucleo_F446", "nucleo_f446re"),
        ("zzz", "a board that is known"),
    ],
)
def test_an_unknown_board_is_refused_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_board(name)
    assert (
        str(caught.value)
        == f"board {name}: no such board; expected {near}. Type `tinykd boards` for the list"
    )


@pytest.mark.parametrize("name", ["../boards/host", "/etc/passwd", "host.toml", "", "ho\nst"])
def test_a_board_name_is_no_path(name: str) -> None:
    with pytest.raises(ConfigError, match="no such board"):
        load_board(name)


def test_a_new_board_is_one_file(tmp_path: Path) -> None:
    board = read_board(board_file(tmp_path, GOOD))
    assert (board.name, board.kind, board.machine, board.platformio) == ("mine", "qemu", "mps2-an386", None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("clock_hz", "clok_hz", "clock_hz: key is missing"),
        ('title = "A', 'flash_byte = 3\ntitle = "A', "flash_byte: unknown key; expected flash_bytes"),
        ('mcu = "M4"', 'mcu = "M\\\\\\\\4"', "mcu: String should match pattern '^[^\\\\\\n\\r$]+$'"),
        ('"cortex-m4"', '"cortex-m9"', "core: Input should be 'generic', 'cortex-m0', 'cortex-m4'"),
        (
            "stack_bytes = 4096",
            "stack_bytes = 16384",
            "the file: stack_bytes 16384 leave nothing of ram_bytes 10000",
        ),
        ("[run]", 'cpu_flags = ["$(shell ls)"]\n[run]', 'cpu_flags: "$(shell ls)" is no compiler flag'),
        ("[run]", 'defines = ["A=1 -B"]\n[run]', 'defines: "A=1 -B" is no definition NAME=VALUE'),
    ],
)
def test_mistakes_in_a_board_file_are_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = board_file(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        read_board(path)
    assert str(caught.value).startswith(f"{path}: {message}".replace("\\n", "\\n"))
    assert "\n" not in str(caught.value)


def test_a_board_file_that_is_no_toml_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_board(board_file(tmp_path, "title = "))


def test_a_board_is_frozen() -> None:
    board = load_board("host")
    with pytest.raises(ValidationError):
        board.ram_bytes = 1
    assert hash(board) == hash(Board.model_validate(board.model_dump()))


def test_boards_load_without_numpy() -> None:
    code = "import sys, tinykd.boards as b; b.list_boards(); print('numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
