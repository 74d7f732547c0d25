"""The drivers of flash: compiled for their chips with every warning an error, as C99 and as C++17, and each
board's slot within its flash. What runs is in test_swap.py."""

import subprocess
from pathlib import Path

import pytest

from tests.compiler.host import WARNINGS
from tinykd.boards import Board, list_boards
from tinykd.firmware_project.libraries import slot_library
from tinykd.paths import FIRMWARE

BOARDS = [board for board in list_boards() if board.slot]
CPU = {"cortex-m0": "cortex-m0", "cortex-m3": "cortex-m3", "cortex-m4": "cortex-m4"}


@pytest.mark.parametrize("standard", ["c99", "c++17"])
@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_the_slots_sources_compile_without_a_warning(board: Board, standard: str) -> None:
    assert board.slot is not None
    is_c = standard == "c99"
    tool = "gcc" if is_c else "g++"
    flags = [] if board.kind == "host" else [f"-mcpu={CPU[board.cpu]}", "-mthumb"]
    compiler = [tool] if board.kind == "host" else [f"arm-none-eabi-{tool}", *flags]
    warnings = WARNINGS if is_c else [flag for flag in WARNINGS if flag != "-Wstrict-prototypes"]
    folders = ("include", "link", "harness", "nor", "nor/stm32", "slot")
    includes = [f"-I{FIRMWARE / folder}" for folder in folders]
    defines = [f"-D{define}" for define in board.slot.defines]
    for path in slot_library(board.slot.driver).files:
        if path.endswith(".c"):
            language = [] if is_c else ["-x", "c++"]
            command = [*compiler, f"-std={standard}", *warnings, *includes, *defines, "-fsyntax-only"]
            done = subprocess.run(
                [*command, *language, str(FIRMWARE / path)], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr


def test_what_a_power_cut_left_stops_no_stm32l4(tmp_path: Path) -> None:
    """Its flash raises an NMI for a double word that is half written; the start-up code's handler is weak."""
    board = next(board for board in BOARDS if board.name == "nucleo_l476rg")
    assert board.slot is not None
    defines = [f"-D{define}" for define in board.slot.defines]
    includes = [f"-I{FIRMWARE / folder}" for folder in ("link", "nor", "nor/stm32")]
    source = str(FIRMWARE / "nor/stm32_l4/tkd_nor.c")
    flags = ["-mcpu=cortex-m4", "-mthumb", "-std=c99", *includes, *defines]
    subprocess.run(["arm-none-eabi-gcc", *flags, "-c", source, "-o", "nor.o"], cwd=tmp_path, check=True)
    done = subprocess.run(
        ["arm-none-eabi-nm", "nor.o"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert " T NMI_Handler\n" in done.stdout


def test_a_familys_headers_go_with_its_drivers_alone() -> None:
    with_them = {b.slot.driver for b in BOARDS if b.slot and _headers_of_stm32(b.slot.driver)}
    assert with_them == {"stm32_f4", "stm32_g4", "stm32_l4"}


def _headers_of_stm32(driver: str) -> list[str]:
    return [path for path in slot_library(driver).files if path.startswith("nor/stm32/")]


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_a_slot_and_the_firmware_share_the_flash(board: Board) -> None:
    assert board.slot is not None
    assert (FIRMWARE / "nor" / board.slot.driver / "tkd_nor.c").is_file()
    left = board.slot.image_bytes
    if left is not None:
        origin = 0x0800_0000 if board.mcu.startswith("STM32") else board.flash_origin
        assert origin + left <= board.slot.origin
        assert board.slot.origin + board.slot.bytes <= origin + board.flash_bytes
        assert board.beside_slot.flash_bytes == left


def test_what_flash_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    from tinykd.boards import load_board
    from tinykd.errors import ConfigError
    from tinykd.paths import BOARDS as FOLDER

    text = (
        (FOLDER / "nucleo_f446re.toml").read_text().replace("bytes = 262_144\npage", "bytes = 262_145\npage")
    )
    (tmp_path / "mine.toml").write_text(text.replace("nucleo_f446re-stm32cube", "mine-stm32cube"))
    with pytest.raises(ConfigError) as caught:
        load_board(str(tmp_path / "mine.toml"))
    assert "bytes 262145 are not two banks of whole pages of 131072" in str(caught.value)
