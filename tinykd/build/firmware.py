"""Builds a firmware project with make (virtual boards) or PlatformIO (real ones) into ``firmware.elf``.

``out`` receives firmware.elf, size.json and build.log. Objects stay in the project's folder (build/ or
.pio/), so that the next build compiles only what changed.
"""

import json
import os
import re
import shutil
from pathlib import Path
from typing import assert_never

from tinykd.boards import Board, NativeProcess, PlatformIOTarget, QemuMachine
from tinykd.build.budget import overflow_error
from tinykd.build.elf import read_elf
from tinykd.build.image import Image, Section, Symbol
from tinykd.build.pio import PIO_ENVIRONMENT, find_pio, pio_elf
from tinykd.build.tool import find_tool, run_tool
from tinykd.errors import ToolError
from tinykd.files import sha256_file, write_json
from tinykd.progress import Progress

ELF = "firmware.elf"
MAKE_TIMEOUT_S = 300.0
PIO_TIMEOUT_S = 1800.0  # the first run downloads what platformio.ini names
CROSS_FIX = {
    "arm-none-eabi-": "Type `sudo apt install gcc-arm-none-eabi libnewlib-arm-none-eabi`",
    "riscv64-unknown-elf-": "Type `sudo apt install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf`",
}


def build_firmware(project_dir: Path, board: Board, out: Path, progress: Progress) -> Image:
    """The image of the project in ``project_dir``, in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    with progress.task(f"build for {board.name}", 1) as task:
        match board.run:
            case QemuMachine():
                compiler = _make(project_dir, board, out, f"{board.cross}gcc", CROSS_FIX[board.cross])
            case NativeProcess():
                compiler = _make(project_dir, board, out, "gcc", "Type `sudo apt install gcc make`")
            case PlatformIOTarget():
                compiler = _platformio(project_dir, board, out)
            case _:
                assert_never(board.run)
        task.advance()
    image = _image(out / ELF, project_dir, compiler)
    budget = {"flash_budget": board.flash_bytes, "ram_budget": board.ram_bytes}
    write_json(out / "size.json", {**image.to_json(), **budget})
    return image


def load_image(out: Path, project_dir: Path) -> Image:
    """The image that ``build_firmware`` left in ``out``."""
    path = out / "size.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        sections = tuple(Section(**section) for section in raw["sections"])
        symbols = tuple(Symbol(**symbol) for symbol in raw["symbols"])
        return Image(out / ELF, project_dir, sections, symbols, raw["compiler"], raw["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ToolError(
            path, "is missing or damaged", "what the build wrote", "Type `tinykd build`"
        ) from None


def _image(elf: Path, project_dir: Path, compiler: str) -> Image:
    sections, symbols = read_elf(elf)
    return Image(elf, project_dir, sections, symbols, compiler, sha256_file(elf))


def _make(project_dir: Path, board: Board, out: Path, compiler: str, fix: str) -> str:
    """Run make; the compiler's name and version."""
    version = run_tool([find_tool(compiler, fix), "-dumpfullversion"], out / "build.log", {}, 30.0).strip()
    make = find_tool("make", "Type `sudo apt install make`")
    command = [make, "-C", str(project_dir), f"-j{os.cpu_count() or 1}", "BUILD=build"]
    _run(command, board, out, {"MAKEFLAGS": ""}, MAKE_TIMEOUT_S)
    shutil.copy(project_dir / "build" / ELF, out / ELF)  # the host runs it: with its mode
    return f"{compiler} {version}"


def _platformio(project_dir: Path, board: Board, out: Path) -> str:
    """Run PlatformIO; which platform it built with."""
    pio = find_pio()
    _run([pio, "run", "-d", str(project_dir)], board, out, PIO_ENVIRONMENT, PIO_TIMEOUT_S)
    shutil.copyfile(pio_elf(project_dir, board), out / ELF)
    assert board.platformio is not None
    output = (out / "build.log").read_text(encoding="utf-8", errors="replace")
    found = re.search(r"toolchain-[\w-]+ @ [\w.+-]+", output)
    return f"PlatformIO {board.platformio.platform}{f', {found[0]}' if found else ''}"


def _run(command: list[str], board: Board, out: Path, extra: dict[str, str], timeout_s: float) -> None:
    log = out / "build.log"
    try:
        run_tool(command, log, extra, timeout_s)
    except ToolError as error:
        too_small = overflow_error(log.read_text(encoding="utf-8", errors="replace"), board)
        raise too_small or error from None
