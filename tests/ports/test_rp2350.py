"""Firmware for an RP2350 without a framework: strict compilers, and what its boot ROM looks for in the image.

No emulator of the chip is at hand: nothing runs here. Source: RP2350 data sheet, 5.9 (blocks).
"""

import struct
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from tests.build.toy import toy_sources
from tests.ports.compiling import C, run, write_files
from tinykd.boards import Board, list_boards
from tinykd.boards.load import read_board
from tinykd.firmware_project import project_files

# A Pico 2 as a board whose emulator is never started.
PICO2 = """
title = "Raspberry Pi Pico 2, bare"
mcu = "RP2350"
cpu = "cortex-m33"
extensions = ["dsp", "fpu"]
port = "rp2350"
clock_hz = 150_000_000
cpu_flags = ["-mcpu=cortex-m33", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"]
defines = ["TKD_UART_IRQ=33u", "TKD_UART_BAUD=115200u", "TKD_TICKS_ARE_TIME=1"]
flash_origin = 0x1000_0000
flash_bytes = 4_194_304
ram_origin = 0x2000_0000
ram_bytes = 524_288
stack_bytes = 4_096
run = { kind = "qemu", machine = "none" }
"""
START, END = 0xFFFFDED3, 0xAB123579


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    path = tmp_path_factory.mktemp("board") / "pico2-bare.toml"
    path.write_text(PICO2)
    return read_board(path)


@pytest.fixture(scope="module")
def built(board: Board, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, and its firmware as its own Makefile links it."""
    folder = tmp_path_factory.mktemp("pico2")
    write_files(project_files(toy_sources(), board), folder)
    run(["make", "-j2"], folder)
    return folder


def flash(built: Path) -> bytes:
    """What lies from the start of the flash on."""
    with (built / "build" / "firmware.elf").open("rb") as file:
        segments = [s for s in ELFFile(file).iter_segments() if s["p_type"] == "PT_LOAD" and s["p_filesz"]]
        return next(s.data() for s in segments if s["p_paddr"] == 0x1000_0000)


def test_the_port_compiles_without_a_warning(board: Board, built: Path) -> None:
    sources = sorted(path.relative_to(built).as_posix() for path in (built / "lib/tinykd_port").rglob("*.c"))
    names = {Path(source).name for source in sources}
    assert {"tkd_image_def.c", "tkd_machine.c", "tkd_startup.c", "tkd_systick.c"} <= names
    where = [f"-D{define}" for define in (*board.defines, f"TKD_CLOCK_HZ={board.clock_hz}u")]
    folders = sorted({f"-I{path.parent}" for path in built.rglob("*.h")})
    command = ["arm-none-eabi-gcc", *board.cpu_flags, *C, "-fsyntax-only", *where, *folders, *sources]
    run([*command, "-O2"], built)
    run([*command, "-Os"], built)


def test_the_image_begins_with_its_vectors(built: Path) -> None:
    stack, reset, *others = struct.unpack("<16I", flash(built)[:64])
    assert 0x2000_0000 < stack <= 0x2000_0000 + 524_288 and stack % 8 == 0
    assert all(
        vector % 2 == 1 and 0x1000_0000 < vector < 0x1040_0000 for vector in (reset, *others) if vector
    )
    assert reset and others[1] and others[-1]  # reset, HardFault, SysTick


def test_the_boot_rom_finds_its_block_in_the_first_4_kb(built: Path) -> None:
    words = struct.unpack("<1024I", flash(built)[:4096])
    assert words.count(START) == words.count(END) == 1
    at = words.index(START)
    kind, last, following = words[at + 1 : at + 4]
    assert words[at + 4] == END and following == 0  # it is the only block of its loop
    assert (kind & 0xFF, kind >> 8 & 0xFF) == (0x42, 1)  # IMAGE_TYPE, of one word
    assert kind >> 16 == 1 | 2 << 4 | 0 << 8 | 1 << 12  # executable, secure, Arm, RP2350
    assert (last & 0xFF, last >> 8 & 0xFFFF, last >> 24) == (0xFF, 1, 0)  # LAST: one word of items


def test_the_m33s_instructions_are_in_it(built: Path) -> None:
    text = run(["arm-none-eabi-readelf", "-A", "build/firmware.elf"], built)
    assert "Tag_CPU_arch: v8-M.mainline" in text and "Tag_ABI_VFP_args: VFP registers" in text


def test_no_board_that_is_listed_is_without_a_way_to_run() -> None:
    assert [each.name for each in list_boards() if each.port == "rp2350"] == []
