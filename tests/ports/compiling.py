"""The compilers for a board's generated sources, with the frameworks' headers faked at what the ports use.

One process compiles a board's own sources (main, port, the user's file); what does not depend on the board
(model, kernels, harness, link) is compiled once per processor. Objects are real: ``-c``.
"""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.ports.cores import core_of
from tinykd.boards import Board
from tinykd.boards.cpu import CPUS, Cpu
from tinykd.files import write_whole

FAKES = Path(__file__).parent / "fakes"
ESP_NN = Path(__file__).parents[1] / "kernels" / "esp_nn"
COMMON = [
    *("-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wshadow", "-Wconversion", "-Wdouble-promotion"),
    *("-ffunction-sections", "-fdata-sections", "-c"),
]
C = [*COMMON, "-std=c99", "-Wstrict-prototypes", "-Wvla"]
CXX = [*COMMON, "-std=c++17", "-fno-exceptions", "-fno-rtti"]
# Debian's compiler for Xtensa is the ESP8266's: the family of ESP32 and S3, without windowed registers.
STAND_IN = "xtensa-lx106"
LX106_LIBRARY = "--specs=/usr/lib/xtensa-lx106-elf/picolibc.specs"
LX106 = Cpu("generic", "xtensa-lx106-elf-", ("-mlongcalls", LX106_LIBRARY))


def compiled_for(board: Board) -> Cpu:
    """The processor that Debian can compile the board's sources for: its own, or the one Xtensa there is."""
    cpu = CPUS[board.cpu]
    return cpu if cpu.cross is not None else LX106


def compiler(board: Board, language: str) -> list[str]:
    """The compiler with the flags of the processor and the place of its C library."""
    cpu = compiled_for(board)
    flags = [*(board.cpu_flags or cpu.flags)]
    if cpu.cross == "riscv64-unknown-elf-" and not board.cpu_flags:
        flags.append("--specs=picolibc.specs")
    if cpu.cross == "xtensa-lx106-elf-" and cpu is not LX106 and not board.cpu_flags:
        flags.append(LX106_LIBRARY)
    if cpu.cross == "avr-":
        flags.append(f"-mmcu={board.mcu.lower()}")
    return [f"{cpu.cross}{'gcc' if language == 'c' else 'g++'}", *flags]


def framework_flags(board: Board) -> list[str]:
    """What the framework would say: its headers, and the names of its architecture."""
    target = board.platformio
    if target is None or target.framework == "stm32cube":
        return []
    if target.framework == "espidf":
        return [f"-I{FAKES / 'espidf'}", f"-I{ESP_NN}"]
    return core_of(board).flags


def standard(board: Board, language: str) -> list[str]:
    """The language that the framework compiles, where it is older than ours."""
    arduino = language == "c++" and board.framework == "arduino"
    return [f"-std={core_of(board).standard}"] if arduino else []


def defines(board: Board) -> list[str]:
    """As the project's build defines them."""
    baud = [] if board.virtual else [f"-DTKD_BAUD={board.baud}"]
    return [*baud, f"-DTKD_CLOCK_HZ={board.clock_hz}u", *(f"-D{define}" for define in board.defines)]


def includes(files: Iterable[str]) -> list[str]:
    """The folders of all headers."""
    return sorted({f"-I{path.rpartition('/')[0]}" for path in files if path.endswith(".h")})


def write_files(files: Mapping[str, str], folder: Path) -> None:
    """Lay a project out."""
    for path, text in files.items():
        write_whole(folder / path, text)


def compile_sources(
    board: Board,
    files: Mapping[str, str],
    chosen: Iterable[str],
    folder: Path,
    more: Iterable[str] = (),
) -> int:
    """Compile ``chosen`` of ``files``, which lie in ``folder``, with ``more`` flags; the count of objects."""
    chosen = sorted(chosen)
    for language, suffix, flags in (("c", ".c", C), ("c++", ".cpp", CXX)):
        sources = [path for path in chosen if path.endswith(suffix)]
        if sources:
            command = [*compiler(board, language), *flags, *standard(board, language), "-Os"]
            where = [*framework_flags(board), *defines(board), *includes(files)]
            for source in sources:  # one by one, which a compiler's cache can know
                run([*command, *where, *more, source], folder)
    return len(list(folder.glob("*.o")))


def run(command: list[str], folder: Path) -> str:
    """What a tool printed; its complaint is the test's."""
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert found.returncode == 0, f"{' '.join(command[:3])} ...\n{found.stderr}"
    return found.stdout
