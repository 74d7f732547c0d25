"""Sizes of an ELF, budgets, and what is said when they are broken."""

import re
import sys
from pathlib import Path

import pytest

from tests.build.toy import toy_sources
from tinykd.boards import Board, load_board
from tinykd.build import FirmwareImage, build_firmware, check_budget, load_image
from tinykd.build.image import ElfSection, ElfSymbol
from tinykd.errors import BudgetError, ToolError
from tinykd.files import write_whole
from tinykd.firmware_project import ModelSources, project_files
from tinykd.progress import Silent
from tinykd.project.schema import GatesSection

SECTIONS = (
    ElfSection(".text", 1000, flash=True, ram=False),
    ElfSection(".stack", 512, flash=False, ram=True),
    ElfSection(".data", 16, flash=True, ram=True),
    ElfSection(".bss", 100, flash=False, ram=True),
)
SYMBOLS = (ElfSymbol("weights", 600, ".text"), ElfSymbol("arena", 96, ".bss"))
IMAGE = FirmwareImage(Path("firmware.elf"), Path("project"), SECTIONS, SYMBOLS, "gcc 12", "00")


def project(folder: Path, board: Board, model: ModelSources | None = None) -> Path:
    for path, text in project_files(model or toy_sources(), board).items():
        write_whole(folder / path, text)
    return folder


def test_sizes_add_up() -> None:
    assert (IMAGE.flash_bytes, IMAGE.ram_bytes, IMAGE.stack_bytes) == (1016, 628, 512)


def test_an_image_within_its_budget_is_silent() -> None:
    check_budget(IMAGE, load_board("qemu-microbit"), GatesSection(flash_bytes=1016, ram_bytes=628))


def test_gates_are_named_with_the_largest_symbol() -> None:
    with pytest.raises(BudgetError) as caught:
        check_budget(IMAGE, load_board("qemu-microbit"), GatesSection(flash_bytes=1015))
    assert str(caught.value) == (
        "firmware.elf for qemu-microbit: needs 1,016 bytes of flash, most of it weights (600); "
        "expected at most the 1,015 "
        "of [gates] flash_bytes. Make [student] width smaller, set [target] optimize to size, "
        "or choose a larger board"
    )
    with pytest.raises(BudgetError, match=r"needs 628 bytes of RAM, most of it arena \(96\)"):
        check_budget(IMAGE, load_board("qemu-microbit"), GatesSection(ram_bytes=627))


def test_a_process_has_no_memory_to_run_out_of() -> None:
    check_budget(IMAGE, load_board("host"), GatesSection(flash_bytes=1, ram_bytes=1))


def test_the_board_has_limits_of_its_own() -> None:
    small = load_board("qemu-microbit").model_copy(update={"flash_bytes": 1000})
    with pytest.raises(BudgetError) as caught:
        check_budget(IMAGE, small)
    assert str(caught.value).startswith(
        "firmware.elf for qemu-microbit: needs 1,016 bytes of flash, most of it weights (600); "
        "expected at most the 1,000 that the board has. Make [student] width smaller, set [target] optimize "
        "to size, or choose a larger board. It may fit qemu-"
    )


def test_a_built_image_is_measured_and_read_back(tmp_path: Path) -> None:
    board = load_board("qemu-microbit")
    image = build_firmware(project(tmp_path / "project", board), board, tmp_path / "out", Silent())
    names = {section.name: section for section in image.sections}
    assert names[".stack"].bytes == image.stack_bytes == board.stack_bytes
    assert names[".text"].flash and not names[".text"].ram
    assert 4000 < image.flash_bytes < 12_000  # the harness, above all
    assert image.ram_bytes >= image.stack_bytes + 96
    assert any(symbol.name == "arena" and symbol.bytes == 96 for symbol in image.symbols)
    assert image.compiler.startswith("arm-none-eabi-gcc ")
    assert load_image(tmp_path / "out", tmp_path / "project") == image
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["firmware.elf", "size.json"]


@pytest.mark.parametrize("name", ["host", "qemu-mps2-an386"])
def test_the_same_project_gives_the_same_bytes_in_any_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCACHE_DISABLE", "1")
    board = load_board(name)
    images = [
        build_firmware(
            project(tmp_path / where / "project", board), board, tmp_path / where / "out", Silent()
        )
        for where in ("a", "a much longer/fol'der")
    ]
    assert images[0].sha256 == images[1].sha256


def test_a_build_compiles_only_what_changed(tmp_path: Path) -> None:
    board = load_board("host")
    folder = project(tmp_path / "project", board)
    build_firmware(folder, board, tmp_path / "out", Silent())
    build_firmware(folder, board, tmp_path / "again", Silent())
    assert "-c " not in (folder / "build/build.log").read_text()
    (folder / "src/app.cpp").write_text((folder / "src/app.cpp").read_text() + "int mine;\n")
    build_firmware(folder, board, tmp_path / "third", Silent())
    compiled = re.findall(r"-c (\S+)", (folder / "build/build.log").read_text())
    assert compiled == ["src/app.cpp"]


def test_ram_that_the_linker_finds_too_small_is_a_budget_error(tmp_path: Path) -> None:
    board = load_board("qemu-microbit")
    source = project(tmp_path / "project", board) / "src/main.c"
    source.write_text(source.read_text().replace("arena[TOY_ARENA_BYTES]", "arena[20000]"))
    with pytest.raises(BudgetError) as caught:
        build_firmware(tmp_path / "project", board, tmp_path / "out", Silent())
    assert "firmware.elf for qemu-microbit: needs 23," in str(caught.value)
    assert "bytes of RAM; expected at most the 16,384 that the board has. Make" in str(caught.value)


def test_flash_that_the_linker_finds_too_small_is_a_budget_error(tmp_path: Path) -> None:
    board = load_board("qemu-microbit").model_copy(update={"flash_bytes": 4096})
    with pytest.raises(BudgetError, match=r"bytes of flash; expected at most the 4,096 that the board has"):
        build_firmware(project(tmp_path / "project", board), board, tmp_path / "out", Silent())


def test_what_the_compiler_says_becomes_one_line(tmp_path: Path) -> None:
    board = load_board("host")
    folder = project(tmp_path / "project", board)
    (folder / "src/main.c").write_text("int main(void) { return oops; }\n")
    with pytest.raises(ToolError) as caught:
        build_firmware(folder, board, tmp_path / "out", Silent())
    log = folder / "build/build.log"
    assert str(caught.value).startswith(f"{folder}/src/main.c:1: ")
    assert str(caught.value).endswith(f". The whole output is in {log}")
    assert "\n" not in str(caught.value) and "oops" in log.read_text()


@pytest.mark.parametrize(
    ("name", "tool", "fix"),
    [
        ("qemu-microbit", "arm-none-eabi-gcc", "sudo apt install gcc-arm-none-eabi libnewlib-arm-none-eabi"),
        ("host", "gcc", "sudo apt install gcc g++ make"),
    ],
)
def test_a_missing_compiler_is_named_with_what_to_type(
    name: str, tool: str, fix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError) as caught:
        build_firmware(tmp_path, load_board(name), tmp_path / "out", Silent())
    assert str(caught.value) == f"{tool}: not found; expected it on the PATH. Type `{fix}`"


def test_missing_platformio_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLATFORMIO_CORE_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ToolError) as caught:
        build_firmware(tmp_path, load_board("nucleo_f446re"), tmp_path / "out", Silent())
    assert str(caught.value) == (
        "pio: PlatformIO Core is not found; expected it on the PATH or beside Python. "
        'Type `pip install "tinykd[firmware]"`'
    )


def test_a_damaged_size_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "size.json").write_text('{"sections": 3}')
    with pytest.raises(ToolError, match="is missing or damaged; expected what the build wrote"):
        load_image(tmp_path, tmp_path)
