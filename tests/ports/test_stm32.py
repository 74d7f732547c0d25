"""A project made for the registers of a real STM32 runs where QEMU models them: the very port.

QEMU has no RCC, no PLL and no pins: the port finds that the fast clock does not come and goes by the one
the chip wakes with. Its start-up file and linker script stand for STM32Cube's. That the clock really rises,
and that the pins are right, only a board can show.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.build.toy import INPUT_BYTES, toy_outputs, toy_sources
from tests.ports.compiling import CXX, FAKES, C, compiler, defines, includes, run, write_files
from tinykd.boards import QemuMachine, load_board
from tinykd.firmware_project import project_files
from tinykd.flash import qemu
from tinykd.link.device import Device

pytestmark = pytest.mark.slow
# Board, machine, which of the machine's serial ports is its UART, and the clock it wakes with.
REAL = [
    ("blackpill_f411ce-stm32cube", "netduinoplus2", 0, 16_000_000),
    ("nucleo_f446re-stm32cube", "netduinoplus2", 1, 16_000_000),
    ("bluepill_f103c8-stm32cube", "stm32vldiscovery", 0, 8_000_000),
]
RAM_BYTES = {"netduinoplus2": 131_072, "stm32vldiscovery": 8_192}


def built(name: str, machine: str, folder: Path) -> Path:
    """The project of board ``name``, linked as STM32Cube would, within the machine's RAM."""
    board = load_board(name)
    files = project_files(toy_sources(), board)
    write_files(files, folder)
    sources = [path for path in files if path.endswith(".c")]
    common = ["-Os", *defines(board), *includes(files)]
    run([*compiler(board, "c"), *C, *common, *sources, str(FAKES / "stm32/startup.c")], folder)
    run([*compiler(board, "c++"), *CXX, *common, "src/app.cpp"], folder)
    script = [
        "-nostartfiles",
        "--specs=nano.specs",
        "-T",
        str(FAKES / "stm32/script.ld"),
        "-Wl,--gc-sections",
    ]
    sizes = [f"-Wl,--defsym=FLASH_BYTES={board.flash_bytes},--defsym=RAM_BYTES={RAM_BYTES[machine]}"]
    objects = sorted(path.name for path in folder.glob("*.o"))
    run([*compiler(board, "c"), *script, *sizes, *objects, "-o", "firmware.elf"], folder)
    return folder / "firmware.elf"


@contextlib.contextmanager
def emulated(elf: Path, machine: str, serial: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """QEMU with the serial port ``serial`` of the machine on a socket."""
    whole = qemu.qemu_command

    def with_serials_before(*given: object) -> list[str]:
        command = whole(*given)  # type: ignore[arg-type]
        at = command.index("-serial")
        return [*command[:at], *["-serial", "null"] * serial, *command[at:]]

    monkeypatch.setattr(qemu, "qemu_command", with_serials_before)
    with qemu.emulated(elf, QemuMachine(kind="qemu", machine=machine)) as url:
        yield url


@pytest.mark.parametrize(("name", "machine", "serial", "wakes_hz"), REAL)
def test_a_project_for_real_registers_boots_and_answers(
    name: str, machine: str, serial: int, wakes_hz: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elf = built(name, machine, tmp_path)
    inputs = np.random.default_rng(5).integers(-128, 128, (10, INPUT_BYTES), dtype=np.int8)
    with emulated(elf, machine, serial, monkeypatch) as url, Device.open(url) as device:
        hello = device.hello()
        assert (hello.model_name, hello.tick_unit, hello.tick_hz) == ("toy", "cycles", wakes_hz)
        outputs = [np.frombuffer(r.output, np.int8) for r in device.infer_many(inputs)]
        memory = device.memory()
        assert device.reset().nonce != hello.nonce
    np.testing.assert_array_equal(outputs, toy_outputs(inputs))
    assert 500 < memory.stack_used < memory.stack_bytes < RAM_BYTES[machine]
