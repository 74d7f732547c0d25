"""Builds a firmware project with make or PlatformIO into ``firmware.elf``.

``out`` receives firmware.elf and size.json. Objects and build.log stay in the project's folder (build/ or
.pio/), so that the next build compiles only what changed and a failed one can be looked at.
"""

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import assert_never

from tinykd.boards import Board
from tinykd.build.budget import overflow_error
from tinykd.build.diagnose import compiler_error
from tinykd.build.elf import read_elf
from tinykd.build.failures import platformio_error
from tinykd.build.image import Builder, ElfSection, ElfSymbol, FirmwareImage
from tinykd.build.pio import PIO_ENVIRONMENT, find_pio, pio_elf
from tinykd.build.progress import shown
from tinykd.build.tool import ToolFailedError, find_tool, run_tool
from tinykd.errors import ConfigError, ToolError, UserError
from tinykd.files import sha256_file, write_json
from tinykd.progress import Progress

ELF = "firmware.elf"
LOG = Path("build", "build.log")
MAKE_TIMEOUT_S = 300.0
PIO_TIMEOUT_S = 1800.0  # the first run downloads what platformio.ini names
_PACKAGES = {
    "": "gcc g++ make",
    "arm-none-eabi-": "gcc-arm-none-eabi libnewlib-arm-none-eabi",
    "riscv64-unknown-elf-": "gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf",
    "avr-": "gcc-avr avr-libc",
    "xtensa-lx106-elf-": "gcc-xtensa-lx106 picolibc-xtensa-lx106-elf",
}


def build_firmware(
    project_dir: Path,
    board: Board,
    out: Path,
    progress: Progress,
    builder: Builder | None = None,
    tflm_dir: Path | None = None,
) -> FirmwareImage:
    """The image of the project in ``project_dir``, in ``out``; ``builder`` None: make if the board has it.

    ``tflm_dir``: a tree of TensorFlow Lite Micro to link from.
    """
    chosen = builder_for(board, builder)
    out.mkdir(parents=True, exist_ok=True)
    work = _Work(project_dir, board, progress, tflm_dir)
    match chosen:
        case "make":
            elf, compiler = _make(work)
        case "pio":
            elf, compiler = _platformio(work)
        case _:
            assert_never(chosen)
    shutil.copy(elf, out / ELF)  # with its mode: the host runs it
    image = _image(out / ELF, work, compiler, chosen)
    budget = {"flash_budget": board.flash_bytes, "ram_budget": board.ram_bytes}
    write_json(out / "size.json", {**image.to_json(), **budget})
    return image


def builder_for(board: Board, wanted: Builder | None) -> Builder:
    """What builds for ``board``; a real one has no Makefile, Windows no pseudo-terminal for the host's."""
    if board.kind == "host" and sys.platform == "win32":
        found = "talks through a pseudo-terminal, which Windows does not have"
        fix = "Name another board, or use WSL"
        raise ConfigError(f"board {board.name}", found, "Linux or macOS", fix)
    if wanted == "make" and not board.virtual:
        found = "builder make is for virtual boards, and this is a real one"
        raise ConfigError(
            f"board {board.name}", found, "builder pio", "Type `--builder pio`, or leave it out"
        )
    return wanted or ("make" if board.virtual else "pio")


def load_image(out: Path, project_dir: Path) -> FirmwareImage:
    """The image that ``build_firmware`` left in ``out``."""
    path = out / "size.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        sections = tuple(ElfSection(**section) for section in raw["sections"])
        symbols = tuple(ElfSymbol(**symbol) for symbol in raw["symbols"])
        return FirmwareImage(
            out / ELF, project_dir, sections, symbols, raw["compiler"], raw["sha256"], raw["builder"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise ToolError(
            path, "is missing or damaged", "what the build wrote", "Type `tinykd build`"
        ) from None


def _image(elf: Path, work: "_Work", compiler: str, builder: Builder) -> FirmwareImage:
    sections, symbols = read_elf(elf, work.board.ram_addresses)
    return FirmwareImage(elf, work.project, sections, symbols, compiler, sha256_file(elf), builder)


@dataclass(frozen=True)
class _Work:
    """One build."""

    project: Path
    board: Board
    progress: Progress
    tflm_dir: Path | None = None

    @property
    def log(self) -> Path:
        """The whole output; the log of a failed build is kept too."""
        return self.project / LOG

    def run(self, command: list[str], extra: dict[str, str], timeout_s: float) -> str:
        """The output of ``command``; a failure as the error that it means for this board."""
        tree = {"TFLM_DIR": str(self.tflm_dir)} if self.tflm_dir else {}
        with shown(self.progress, "compile", self.project) as watch:
            try:
                return run_tool(command, self.log, {**extra, **tree}, timeout_s, watch)
            except ToolFailedError as failed:
                raise self._meaning(failed) from None

    def _meaning(self, failed: ToolFailedError) -> UserError:
        return (
            overflow_error(failed.output, self.board)
            or compiler_error(failed, self.project)
            or platformio_error(failed, self.board)
            or failed
        )


def _make(work: _Work) -> tuple[Path, str]:
    """Run make; the ELF, and the compiler's name and version."""
    name, cross = f"{work.board.cross}gcc", work.board.cross
    compiler = find_tool(name, f"Type `sudo apt install {_PACKAGES[cross]}`")
    make = find_tool("make", "Type `sudo apt install make`")
    number = run_tool([compiler, "-dumpfullversion"], work.log, {}, 30.0).strip()
    command = [make, "-C", str(work.project), f"-j{os.cpu_count() or 1}", "BUILD=build"]
    work.run(command, {"MAKEFLAGS": ""}, MAKE_TIMEOUT_S)
    return work.project / "build" / ELF, f"{name} {number}"


def _platformio(work: _Work) -> tuple[Path, str]:
    """Run PlatformIO; the ELF, and what it was built with."""
    command = [find_pio(), "run", "-d", str(work.project)]
    output = work.run(command, PIO_ENVIRONMENT, PIO_TIMEOUT_S)
    found = re.search(r"toolchain-[\w-]+ @ [\w.+-]+", output)
    real = work.board.platformio
    platform = real.platform if real else f"{_core_version()} with {work.board.cross}gcc"
    return pio_elf(work.project, work.board), f"PlatformIO {platform}{f', {found[0]}' if found else ''}"


def _core_version() -> str:
    try:
        return version("platformio")
    except PackageNotFoundError:
        return "Core"
