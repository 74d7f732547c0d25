"""The generated sources of every board compile for its processor, every warning an error."""

from pathlib import Path

import numpy as np
import pytest

from tests.build.toy import toy_sources
from tests.ports.compiling import LX106, C, compile_sources, compiled_for, run, write_files
from tinykd.boards import Board, list_boards
from tinykd.boards.cpu import CPUS
from tinykd.boards.psram import placed
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.firmware_project import EmbeddedSamples, firmware_files, project_files
from tinykd.graph.reader import read_graph

pytestmark = pytest.mark.slow
BOARDS = {board.name: board for board in list_boards()}
BARE = [name for name, board in BOARDS.items() if board.machine]
OWN = ("src/main.c", "src/app.cpp", "lib/tinykd_port/")
MODEL = Path(__file__).parents[1] / "fixtures" / "digits.tflite"
SAMPLES = EmbeddedSamples(np.zeros((2, 64), np.int8), (0, 1))
LABELS = ("a??/", 'b"')


def roomy(board: Board) -> Board:
    """The board with room for what is only compiled."""
    return board.model_copy(update={"ram_bytes": 1 << 24, "flash_bytes": 1 << 24})


def processors() -> dict[str, Board]:
    """A board of each processor and core."""
    found: dict[str, Board] = {}
    for board in BOARDS.values():
        found.setdefault(f"{board.cpu}-{board.core}", board)
    return found


PROCESSORS = processors()


@pytest.mark.parametrize("name", BOARDS)
def test_what_is_the_boards_own_compiles(name: str, tmp_path: Path) -> None:
    board = BOARDS[name]
    files = project_files(toy_sources(), roomy(board), SAMPLES, LABELS)
    chosen = [path for path in files if path.startswith(OWN) and path.endswith((".c", ".cpp"))]
    assert {"src/main.c", "src/app.cpp"} < set(chosen)
    write_files(files, tmp_path)
    assert compile_sources(board, files, chosen, tmp_path) == len(chosen)


@pytest.mark.parametrize("name", [board.name for board in BOARDS.values() if board.psram])
def test_an_arena_outside_the_chip_compiles(name: str, tmp_path: Path) -> None:
    board = placed(BOARDS[name], "arena")
    files = project_files(toy_sources(), board, SAMPLES, LABELS)
    write_files(files, tmp_path)
    assert compile_sources(board, files, ["src/main.c"], tmp_path) == 1


@pytest.mark.parametrize("processor", PROCESSORS)
def test_model_kernels_harness_and_link_compile(processor: str, tmp_path: Path) -> None:
    board = PROCESSORS[processor]
    options = CompileOptions("digits", Core(board.core))
    files = firmware_files(compile_graph(read_graph(MODEL.read_bytes()), options), roomy(board))
    chosen = [path for path in files if not path.startswith(OWN) and path.endswith(".c")]
    write_files(files, tmp_path)
    assert compile_sources(board, files, chosen, tmp_path) == len(chosen) > 10


@pytest.mark.parametrize("name", BARE)
def test_the_port_of_a_bare_board_is_clean_for_clang_too(name: str, tmp_path: Path) -> None:
    board = BOARDS[name]
    files = project_files(toy_sources(), board, SAMPLES, LABELS)
    write_files(files, tmp_path)
    chosen = sorted(path for path in files if path.startswith("lib/tinykd_port/") and path.endswith(".c"))
    arm = compiled_for(board).cross == "arm-none-eabi-"
    target = (
        ["--target=arm-none-eabi", "-isystem", "/usr/lib/arm-none-eabi/include", *board.cpu_flags]
        if arm
        else ["--target=riscv32", "-isystem", PICOLIBC, "-march=rv32imc", "-mabi=ilp32", "-mcmodel=medany"]
    )
    where = [f"-D{define}" for define in (*board.defines, f"TKD_CLOCK_HZ={board.clock_hz}u")]
    folders = sorted({f"-I{Path(path).parent}" for path in files if path.endswith(".h")})
    run(["clang", *target, *C, "-fsyntax-only", *where, *folders, *chosen], tmp_path)


PICOLIBC = "/usr/lib/picolibc/riscv64-unknown-elf/include"


def test_only_xtensa_is_compiled_for_another_of_its_family() -> None:
    stood_in = {board.cpu for board in BOARDS.values() if compiled_for(board) is not CPUS[board.cpu]}
    assert stood_in == {"xtensa-lx6", "xtensa-lx7"}
    assert LX106.cross == "xtensa-lx106-elf-"
