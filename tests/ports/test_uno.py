"""The Arduino Uno's firmware in simavr: 2 KiB of RAM, weights in flash, every byte TFLM's.

The image is linked with Arduino's own core (Debian's arduino-core-avr); the UART is a pseudo-terminal.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compiler.models import Net, image
from tests.library.libraries import MODELS as LARGER
from tests.ports.compiling import compile_sources, compiler, run, write_files
from tests.ports.real_cores import DEBIAN_AVR
from tinykd.boards import load_board
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
UNO = load_board("uno")


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
SIMAVR = ["-I/usr/include/simavr", "-lsimavrparts", "-lsimavr", "-lelf", "-lpthread"]


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """simavr with a pseudo-terminal at its UART."""
    program = tmp_path_factory.mktemp("simavr") / "avr_on_pty"
    run(["gcc", "-o", str(program), str(Path(__file__).parent / "avr_on_pty.c"), *SIMAVR], program.parent)
    return program


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Arduino's core as an archive; its own sources have warnings, and this avr-libc lacks DECIMAL_DIG."""
    folder = tmp_path_factory.mktemp("core")
    where = [f"-I{DEBIAN_AVR / part}" for part in ("cores/arduino", "variants/standard")]
    common = ["-Os", "-w", "-ffunction-sections", "-fdata-sections", "-c", *where]
    names = [
        "-DF_CPU=16000000L",
        "-DARDUINO=10819",
        "-DARDUINO_AVR_UNO",
        "-DARDUINO_ARCH_AVR",
        "-DDECIMAL_DIG=10",
    ]
    of_core = DEBIAN_AVR / "cores" / "arduino"
    for language, suffix, standard in (("c", "c", "gnu11"), ("c++", "cpp", "gnu++11")):
        sources = sorted(str(path) for path in of_core.glob(f"*.{suffix}"))
        run([*compiler(UNO, language), f"-std={standard}", *common, *names, *sources], folder)
    run(["avr-ar", "rcs", "core.a", *sorted(path.name for path in folder.glob("*.o"))], folder)
    return folder / "core.a"


def linked(model: bytes, core: Path, folder: Path) -> Path:
    """The Uno's firmware of ``model``."""
    files = firmware_files(compile_graph(read_graph(model), CompileOptions("tiny")), UNO)
    write_files(files, folder)
    chosen = [path for path in files if path.startswith(("src/", "lib/")) and path.endswith((".c", ".cpp"))]
    compile_sources(UNO, files, chosen, folder)
    objects = sorted(path.name for path in folder.glob("*.o"))
    run([*compiler(UNO, "c"), "-Os", "-Wl,--gc-sections", *objects, str(core), "-o", "firmware.elf"], folder)
    return folder / "firmware.elf"


@pytest.fixture
def port(
    simulator: Path, core: Path, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[str, Path]]:
    """The pseudo-terminal of a Uno that runs the model asked for, and the image."""
    elf = linked(MODELS[request.param], core, tmp_path)
    process = subprocess.Popen([simulator, elf], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield next(found[1] for line in process.stdout if (found := re.match(r"port (\S+)", line))), elf
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("port", "model"), [(m, m) for m in MODELS], indirect=["port"])
def test_a_uno_answers_exactly_within_its_memory(port: tuple[str, Path], model: str) -> None:
    url, elf = port
    program = compile_graph(read_graph(MODELS[model]), CompileOptions("tiny"))
    inputs = random_samples(program, 4, 1)
    found = verify_board(
        MODELS[model],
        VerificationSamples.of(inputs, None),
        BoardAddress(url, "uno", 30.0, port_settings(UNO)),
    )
    assert (found.exact, found.samples) == (4, 4)
    with Device.open(url, timeout_s=30.0) as device:
        hello, memory = device.hello(), device.memory()
    assert (hello.tick_unit, hello.core_hz, hello.max_payload) == ("cycles", 16_000_000, 64)
    sections, _ = read_elf(elf)
    flash, data = sum(s.bytes for s in sections if s.flash), sum(s.bytes for s in sections if s.ram)
    assert flash < UNO.flash_bytes and memory.stack_bytes == UNO.ram_bytes - data
    tables = data - program.arena_bytes
    assert tables + memory.stack_used < UNO.stack_bytes


def test_a_model_for_which_two_kilobytes_are_too_few_is_refused_with_boards_that_hold_it() -> None:
    program = compile_graph(read_graph(LARGER["residual"]), CompileOptions("tiny"))
    with pytest.raises(BudgetError) as caught:
        firmware_files(program, UNO)
    said = "tiny on uno: arena 2,064 and stack 1,536 are 3,600 bytes of RAM; expected at most 2,048. "
    assert str(caught.value).startswith(said)
    assert "It may fit bluepill_f103c8 (64 KiB flash, 20 KiB RAM)" in str(caught.value)
