"""Firmware of Arduino's Uno and Mega in simavr: 2 and 8 KiB of RAM, weights in flash, every byte TFLM's.

The images are linked with Arduino's own core (Debian's arduino-core-avr); the UART is a pseudo-terminal.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests.compiler.models import Net, image
from tests.library.libraries import MODELS as LARGER
from tests.ports.compiling import compile_sources, compiler, run, write_files
from tests.ports.real_cores import DEBIAN_AVR
from tinykd.boards import Board, load_board
from tinykd.build.elf import read_elf
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.errors import BudgetError
from tinykd.firmware_project import firmware_files
from tinykd.graph.reader import read_graph
from tinykd.link.device import Device
from tinykd.sessions.open_board import port_settings
from tinykd.sessions.prove import random_samples
from tinykd.verify import BoardAddress, VerificationSamples, verify_board

pytestmark = pytest.mark.slow
UNO, MEGA = load_board("uno"), load_board("mega2560")
VARIANTS = {"uno": "standard", "mega2560": "mega"}


def convolution() -> bytes:
    """An image of 8x8, a convolution, a dense layer."""
    net = Net(image(8, 8, 1))
    net.conv(4, stride=(2, 2))
    net.reshape((1, 64))
    net.dense(4)
    return net.bytes()


def depthwise() -> bytes:
    """A window of 3x3 on each channel, whose sums of three products pass 16 bits; a dense layer."""
    net = Net(image(6, 6, 2))
    net.depthwise()
    net.reshape((1, 72))
    net.dense(4)
    return net.bytes()


MODELS = {"dense": LARGER["dense"], "convolution": convolution(), "depthwise": depthwise()}
RUNS = [*((UNO, name) for name in MODELS), (MEGA, "residual")]
MODELS["residual"] = LARGER["residual"]  # too large for the Uno
SIMAVR = ["-I/usr/include/simavr", "-lsimavrparts", "-lsimavr", "-lelf", "-lpthread"]


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """simavr with a pseudo-terminal at its UART."""
    program = tmp_path_factory.mktemp("simavr") / "avr_on_pty"
    run(["gcc", "-o", str(program), str(Path(__file__).parent / "avr_on_pty.c"), *SIMAVR], program.parent)
    return program


@pytest.fixture(scope="module")
def cores(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Board], Path]:
    """Arduino's core as an archive for a board; its own sources have warnings, and this avr-libc lacks
    DECIMAL_DIG."""

    @cache
    def core(board: Board) -> Path:
        folder = tmp_path_factory.mktemp("core")
        where = [f"-I{DEBIAN_AVR / part}" for part in ("cores/arduino", f"variants/{VARIANTS[board.name]}")]
        common = ["-Os", "-w", "-ffunction-sections", "-fdata-sections", "-c", *where]
        names = ["-DF_CPU=16000000L", "-DARDUINO=10819", "-DARDUINO_ARCH_AVR", "-DDECIMAL_DIG=10"]
        of_core = DEBIAN_AVR / "cores" / "arduino"
        for language, suffix, standard in (("c", "c", "gnu11"), ("c++", "cpp", "gnu++11")):
            sources = sorted(str(path) for path in of_core.glob(f"*.{suffix}"))
            run([*compiler(board, language), f"-std={standard}", *common, *names, *sources], folder)
        run(["avr-ar", "rcs", "core.a", *sorted(path.name for path in folder.glob("*.o"))], folder)
        return folder / "core.a"

    return core


def linked(board: Board, model: bytes, core: Path, folder: Path) -> Path:
    """The firmware of ``model``."""
    files = firmware_files(compile_graph(read_graph(model), CompileOptions("tiny")), board)
    write_files(files, folder)
    chosen = [path for path in files if path.startswith(("src/", "lib/")) and path.endswith((".c", ".cpp"))]
    compile_sources(board, files, chosen, folder)
    objects = sorted(path.name for path in folder.glob("*.o"))
    out = ["-Os", "-Wl,--gc-sections", *objects, str(core), "-o", "firmware.elf"]
    run([*compiler(board, "c"), *out], folder)
    return folder / "firmware.elf"


@contextmanager
def simulated(simulator: Path, elf: Path, board: Board) -> Iterator[str]:
    """The pseudo-terminal of a chip that runs ``elf``."""
    command = [str(simulator), board.mcu.lower(), str(elf)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield next(found[1] for line in process.stdout if (found := re.match(r"port (\S+)", line)))
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("board", "model"), RUNS, ids=[f"{b.name}-{model}" for b, model in RUNS])
def test_it_answers_exactly_within_its_memory(
    board: Board, model: str, simulator: Path, cores: Callable[[Board], Path], tmp_path: Path
) -> None:
    program = compile_graph(read_graph(MODELS[model]), CompileOptions("tiny"))
    samples = VerificationSamples.of(random_samples(program, 4, 1), None)
    elf = linked(board, MODELS[model], cores(board), tmp_path)
    with simulated(simulator, elf, board) as url:
        found = verify_board(
            MODELS[model], samples, BoardAddress(url, board.name, 30.0, port_settings(board))
        )
        with Device.open(url, timeout_s=30.0) as device:
            hello, memory = device.hello(), device.memory()
    assert (found.exact, found.samples) == (4, 4)
    assert (hello.tick_unit, hello.core_hz, hello.max_payload) == ("cycles", 16_000_000, 64)
    sections, _ = read_elf(elf)
    flash, data = sum(s.bytes for s in sections if s.flash), sum(s.bytes for s in sections if s.ram)
    assert flash < board.flash_bytes and memory.stack_bytes == board.ram_bytes - data
    tables = data - program.arena_bytes
    assert tables + memory.stack_used < board.stack_bytes


def test_a_model_for_which_two_kilobytes_are_too_few_is_refused_with_boards_that_hold_it() -> None:
    program = compile_graph(read_graph(LARGER["residual"]), CompileOptions("tiny"))
    with pytest.raises(BudgetError) as caught:
        firmware_files(program, UNO)
    said = "tiny on uno: arena 2,064 and stack 1,536 are 3,600 bytes of RAM; expected at most 2,048. "
    assert str(caught.value).startswith(said)
    assert "It may fit mega2560 (248 KiB flash, 8 KiB RAM)" in str(caught.value)
