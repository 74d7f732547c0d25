"""Board files: all of them load, mistakes are one line, nothing heavy is imported."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from tinykd.boards import Board, PlatformIOTarget, list_boards, load_board, read_board
from tinykd.boards.cpu import CPUS, CoreName, CpuName
from tinykd.compiler.core import Core
from tinykd.errors import ConfigError
from tinykd.paths import BOARDS, FIRMWARE

GOOD = """
title = "A board"
mcu = "M4"
cpu = "cortex-m4"
port = "cmsdk"
clock_hz = 25_000_000
flash_bytes = 10000
ram_bytes = 10000
stack_bytes = 4096
[run]
kind = "qemu"
machine = "mps2-an386"
"""


def board_file(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    folder.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


ALL = {board.name: board for board in list_boards()}


@pytest.mark.parametrize("name", ALL)
def test_every_board_is_whole(name: str) -> None:
    board = load_board(name)
    assert board == ALL[name]
    assert all((FIRMWARE / folder).is_dir() for folder in board.port_folders)
    assert board.page or board.kind == "host"
    assert board.core == CPUS[board.cpu].core or board.core in ("esp8266", "esp32-s3", "esp32-p4")
    if board.virtual:
        assert board.cross or board.kind == "host"
    else:
        assert board.platformio is not None and board.platformio.usb_ids


def test_what_the_cpu_has_is_what_its_kernels_use() -> None:
    for board in list_boards():
        core = Core(board.core)
        assert ("dsp" in board.extensions) == core.has_dsp, board.name
        assert ("mve" in board.extensions) == core.has_mve, board.name
        assert "vector" in board.extensions or not core.has_esp_nn, board.name


def test_the_boards_that_are_promised_are_there() -> None:
    names = {board.name for board in list_boards()}
    assert names >= {"host", "qemu-mps2-an386", "qemu-netduinoplus2", "qemu-microbit"}
    assert names >= {"nano33ble", "nano33ble_sense_rev2", "portenta_h7_m7", "nanorp2040connect"}
    assert names >= {"uno_r4_wifi", "pico", "pico2"}
    assert names >= {"esp32dev", "esp32-s3-devkitc-1", "esp32-c3-devkitm-1", "esp32-c6-devkitc-1"}
    assert names >= {"esp32dev-espidf", "esp32-s3-espidf", "esp32-c3-devkitm-1-espidf"}
    assert names >= {"esp32-c6-devkitc-1-espidf", "esp32-p4-espidf"}
    assert names >= {"nucleo_f401re", "nucleo_f446re", "nucleo_l4r5zi", "nucleo_h743zi", "nucleo_u575zi_q"}
    assert names >= {"nucleo_f411re", "nucleo_f767zi", "nucleo_g474re", "nucleo_l476rg", "b_l475e_iot01a"}
    assert names >= {"xiao_esp32s3_sense", "nano_esp32", "esp32cam", "giga_r1_wifi", "pico_w", "pico2_w"}
    assert names >= {"zero", "nano33iot", "xiao_nrf52840_sense", "teensy41", "microbit_v2", "nrf52840_dk"}
    assert names >= {"nodemcuv2", "d1_mini"}
    assert names >= {"nucleo_g071rb", "bluepill_f103c8", "blackpill_f411ce", "disco_f407vg"}


def test_boards_are_listed_virtual_ones_first() -> None:
    kinds = [board.kind for board in list_boards()]
    assert kinds == sorted(kinds, key=["host", "qemu", "platformio"].index)


def test_core_names_are_those_of_the_compiler() -> None:
    assert set(get_args(CoreName)) == {core.value for core in Core}
    assert set(get_args(CpuName)) == set(CPUS)


def test_platformio_platforms_are_pinned() -> None:
    targets = [board.run for board in list_boards() if isinstance(board.run, PlatformIOTarget)]
    assert targets
    pinned = r"(@|/download/)\d+\.\d+\.\d+(/|$)|\.git#[0-9a-f]{40}$"
    assert all(re.search(pinned, target.platform) for target in targets)


@pytest.mark.parametrize(
    "platform",
    [
        "espressif32",
        "https://github.com/a/b/releases/download/stable/c.zip",
        "https://a.b/1/c.zip",
        "https://github.com/a/b.git#main",
    ],
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


@pytest.mark.parametrize("name", ["../boards/host", "/etc/passwd", "", "ho\nst"])
def test_a_board_name_is_no_path(name: str) -> None:
    with pytest.raises(ConfigError, match="no such board"):
        load_board(name)


def test_a_board_file_that_is_missing_is_one_line() -> None:
    with pytest.raises(ConfigError) as caught:
        load_board("./none.toml")
    assert str(caught.value) == (
        "none.toml: no such file; expected a board's TOML. Type `tinykd boards` for the list"
    )


def test_a_new_board_is_one_file(tmp_path: Path) -> None:
    board = read_board(board_file(tmp_path, GOOD))
    assert (board.name, board.kind, board.machine, board.platformio) == ("mine", "qemu", "mps2-an386", None)


MISTAKES = {
    "a key that is misspelt": ("clock_hz", "clok_hz", "clok_hz: unknown key; expected clock_hz"),
    "a key that is missing": ("clock_hz = 25_000_000\n", "", "clock_hz: key is missing"),
    "an unknown key": ("title", "flash_byte = 3\ntitle", "flash_byte: unknown key; expected flash_bytes"),
    "an unknown key of run": ("machine =", "machin =", "run.machin: unknown key; expected machine"),
    "a key of another table": ("title", "dtr = true\ntitle", "dtr: unknown key; expected [run] dtr"),
    "a name of its own": (
        "title",
        'name = "x"\ntitle',
        "name: unknown key; expected no name: a file's name, or a variant's, is the board's",
    ),
    "a text that breaks a comment": (
        '"M4"',
        '"M\\\\4"',
        'mcu: "M\\4" cannot stand here; expected a line of text without a backslash and without $',
    ),
    "an unknown port": ('"cmsdk"', '"cmsdc"', 'port: no port is called "cmsdc"; expected cmsdk'),
    "a part of a port": (
        '"cmsdk"',
        '"bare"',
        'port: no port is called "bare"; expected one of arduino, avr, cmsdk, espidf, host, lm3s, nrf51, '
        "riscv_virt, rp2040, rp2350, stm32, stm32f1, stm32f4, xtensa_lx60",
    ),
    "a run that is no table": (
        "[run]",
        "[variant.other]\nrun = 3\n[run]",
        "variant.other.run: is no table; expected [variant.other.run]",
    ),
    "a board without a USB id": (
        'kind = "qemu"\nmachine = "mps2-an386"',
        'kind = "platformio"\nplatform = "a@1.2.3"\nboard = "b"\nframework = "arduino"\nusb_ids = []',
        "run.usb_ids: the list is empty; expected one at least",
    ),
    "a platform without its version": (
        'kind = "qemu"\nmachine = "mps2-an386"',
        'kind = "platformio"\nplatform = "a"\nboard = "b"\nframework = "arduino"\nusb_ids = ["0483:374b"]',
        'run.platform: "a" cannot stand here; expected a platform with its version, such as ststm32@19.6.0, '
        "or a release or commit on GitHub",
    ),
    "an unknown cpu": (
        '"cortex-m4"',
        '"cortex-m5"',
        'cpu: "cortex-m5" is none that is known; expected cortex-m55',
    ),
    "an unknown kind": (
        '"qemu"',
        '"qem"',
        "run.kind: no such kind of board; expected qemu, host, platformio",
    ),
    "flash as text": (
        "flash_bytes = 10000",
        'flash_bytes = "512 KB"',
        'flash_bytes: "512 KB" is text; expected bytes as a whole number, 524_288',
    ),
    "flash as words": (
        "flash_bytes = 10000",
        'flash_bytes = "much"',
        'flash_bytes: "much" is text; expected bytes as a whole number',
    ),
    "flash in KiB": (
        "flash_bytes = 10000",
        "flash_bytes = 512",
        "flash_bytes: 512 is too little for bytes; expected bytes: 512 KiB are 524_288",
    ),
    "RAM in KiB": (
        "ram_bytes = 10000",
        "ram_bytes = 96",
        "ram_bytes: 96 is too little for bytes; expected bytes: 96 KiB are 98_304",
    ),
    "the clock in kHz": (
        "25_000_000",
        "25_000",
        "clock_hz: 25000 is too little for Hz; expected Hz: 25000 kHz are 25_000_000",
    ),
    "the clock as text": (
        "25_000_000",
        '"25 MHz"',
        'clock_hz: "25 MHz" is text; expected Hz as a whole number, 25_000_000',
    ),
    "the clock as a fraction": ("25_000_000", "25e6", "clock_hz: Input should be a valid integer"),
    "too much stack": (
        "stack_bytes = 4096",
        "stack_bytes = 16384",
        "the file: stack_bytes 16384 leave nothing of ram_bytes 10000",
    ),
    "a flag that is a command": (
        "[run]",
        'cpu_flags = ["$(shell ls)"]\n[run]',
        'cpu_flags: "$(shell ls)" is no compiler flag',
    ),
    "a definition that is a flag": (
        "[run]",
        'defines = ["A=1 -B"]\n[run]',
        'defines: "A=1 -B" is no definition NAME=VALUE',
    ),
    "a variant that is no table": (
        "title",
        "variant = 3\ntitle",
        "variant: is no table; expected [variant.NAME]",
    ),
    "a mistake in a variant": (
        "[run]",
        "[variant.other]\nram_bytes = 9\n[run]",
        "variant.other.ram_bytes: 9 is too little for bytes; expected bytes: 9 KiB are 9_216",
    ),
    "a library without a version": (
        "[run]",
        '[tflm]\nsource = "lib_deps"\nlibrary = "a/b"\nops = "x"\nper_channel_dense = "wrong"\n[run]',
        "tflm: library and version are for source lib_deps and component, and only for them",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_board_file_is_one_line(mistake: str, tmp_path: Path) -> None:
    old, new, message = MISTAKES[mistake]
    board_file(tmp_path / "boards", GOOD.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        list_boards(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'boards' / 'mine.toml'}: {message}"


def test_a_board_file_that_is_no_toml_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_board(board_file(tmp_path, "title = "))


VARIANT = """
[variant.mine-fast]
cpu = "cortex-m7"
clock_hz = 50_000_000
[variant.mine-fast.run]
machine = "mps2-an500"
"""


def test_a_variant_differs_in_what_it_gives(tmp_path: Path) -> None:
    board_file(tmp_path / "boards", GOOD + VARIANT)
    slow, fast = load_board("mine", tmp_path), load_board("mine-fast", tmp_path)
    changes = {"name": "mine-fast", "cpu": "cortex-m7", "core": "cortex-m7", "clock_hz": 50_000_000}
    assert fast == slow.model_copy(update={**changes, "run": fast.run})
    assert (slow.machine, fast.machine) == ("mps2-an386", "mps2-an500")


def test_a_projects_own_boards_are_known_there_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board_file(tmp_path / "boards", GOOD)
    assert {b.name for b in list_boards(tmp_path)} == {*ALL, "mine"}
    with pytest.raises(ConfigError, match="board mine: no such board"):
        load_board("mine")
    (tmp_path / "tinykd.toml").touch()
    monkeypatch.chdir(tmp_path)
    assert load_board("mine").title == load_board("boards/mine.toml").title == "A board"


def test_a_board_file_anywhere_is_known_by_its_path_and_then_by_its_name(tmp_path: Path) -> None:
    board_file(tmp_path / "shelf", GOOD)
    for name in ("shelf/mine.toml", str(tmp_path / "shelf" / "mine.toml")):
        assert load_board(name, tmp_path).name == "mine"
    assert load_board("mine", tmp_path, ("host", "shelf/mine.toml")).machine == "mps2-an386"
    assert load_board("host", tmp_path, ("host", "shelf/mine.toml")).kind == "host"


def test_two_boards_with_one_name_are_refused(tmp_path: Path) -> None:
    path = board_file(tmp_path / "boards", GOOD)
    again = path.with_name("host.toml")
    path.rename(again)
    for look in (lambda: list_boards(tmp_path), lambda: load_board(str(again))):
        with pytest.raises(ConfigError) as caught:
            look()
        other = BOARDS / "host.toml"
        assert str(caught.value) == f"{again}: board host is also in {other}; expected a name of its own"


def test_a_board_is_frozen() -> None:
    board = load_board("host")
    with pytest.raises(ValidationError):
        board.ram_bytes = 1
    assert hash(board) == hash(Board.model_validate(board.model_dump()))


def test_boards_load_without_numpy() -> None:
    code = "import sys, tinykd.boards as b; b.list_boards(); print('numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
