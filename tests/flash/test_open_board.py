"""Boards opened, talked to with pyserial, and cleaned up after."""

import dataclasses
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import serial

from tests.build.toy import INPUT_BYTES, SHA256, toy_outputs, toy_sources
from tinykd.boards import Board, list_boards, load_board
from tinykd.build import FirmwareImage, build_firmware
from tinykd.errors import LinkError, ToolError
from tinykd.files import write_whole
from tinykd.firmware_project import EmbeddedSamples, ModelSources, project_files
from tinykd.flash import open_board
from tinykd.link.device import Device
from tinykd.progress import Silent

pytestmark = pytest.mark.slow  # compilers and emulators at work

PROMISED = ("host", "qemu-mps2-an386", "qemu-netduinoplus2", "qemu-microbit")
VIRTUAL = [
    pytest.param(board.name, marks=[] if board.name in PROMISED else [pytest.mark.slow])
    for board in list_boards()
    if board.virtual
]
TIMED = "rp2040js-pico"  # its emulator knows how long instructions take
EXACT_TICKS = {"qemu-netduinoplus2": 0}  # a timer at one count per instruction; SysTick has larger steps
TICK_STEPS = 100


def build(folder: Path, board: Board, model: ModelSources | None = None) -> FirmwareImage:
    samples = EmbeddedSamples(np.ones((1, INPUT_BYTES), np.int8), (0,))
    for path, text in project_files(model or toy_sources(), board, samples).items():
        write_whole(folder / "project" / path, text)
    return build_firmware(folder / "project", board, folder / "out", Silent())


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before


@pytest.mark.parametrize("name", VIRTUAL)
def test_a_board_answers_exactly_and_counts_the_same_every_time(name: str, tmp_path: Path) -> None:
    board = load_board(name)
    inputs = np.random.default_rng(7).integers(-128, 128, (60, INPUT_BYTES), dtype=np.int8)
    with open_board(build(tmp_path, board), board) as url, Device.open(url, board.baud) as device:
        hello = device.hello()
        results, repeated = (list(device.infer_many(inputs)) for _ in range(2))
        memory = device.memory()
        again = device.reset()
    outputs = np.array([np.frombuffer(result.output, np.int8) for result in results])
    np.testing.assert_array_equal(outputs, toy_outputs(inputs))
    assert (hello.model_name, hello.model_sha256) == ("toy", SHA256)
    assert hello.nonce != again.nonce
    if board.machine:
        ticks = [result.ticks for result in results]
        assert hello.tick_unit == ("nanoseconds" if name == TIMED else "instructions")
        # Instructions are the same for all inputs; the time of branches hangs on them.
        same = [result.ticks for result in repeated] if name == TIMED else [ticks[0]] * len(ticks)
        apart = max(abs(a - b) for a, b in zip(ticks, same, strict=True))
        assert min(ticks) > 640 and apart <= EXACT_TICKS.get(name, TICK_STEPS)
        assert 500 < memory.stack_used < memory.stack_bytes == board.stack_bytes


LOOP = """
static __attribute__((noinline)) void count_down(void) {
    uint32_t n = 100000u;
#if defined(__riscv)
    __asm__ volatile("1: addi %0, %0, -1\\n bnez %0, 1b" : "+r"(n));
#elif defined(__xtensa__)
    __asm__ volatile("1: addi %0, %0, -1\\n bnez %0, 1b" : "+r"(n));
#else
    __asm__ volatile(".syntax unified\\n1: subs %0, #1\\n bne 1b" : "+l"(n)::"cc");
#endif
}
static tkd_status invoke(void *arena) {
    count_down();
"""


@pytest.mark.parametrize("name", [param for param in VIRTUAL if param.values != ("host",)])
def test_ticks_are_instructions(name: str, tmp_path: Path) -> None:
    """A loop of 200,000 instructions reads as that, within a counter's steps and the code around it; where
    ticks are time, as the three cycles of 8 ns that a turn takes."""
    board, toy = load_board(name), toy_sources()
    source = toy.files["toy.c"].replace("static tkd_status invoke(void *arena) {\n", LOOP.lstrip("\n"))
    source = source.replace(
        "    weigh((uint8_t *)arena);\n    negate((uint8_t *)arena);\n    return",
        "    (void)arena;\n    return",
    )
    model = dataclasses.replace(toy, files={**toy.files, "toy.c": source})
    with open_board(build(tmp_path, board, model), board) as url, Device.open(url) as device:
        ticks = [result.ticks for result in device.infer_many(np.zeros((5, INPUT_BYTES), np.int8))]
    least, around = (2_400_000, 3_000) if name == TIMED else (200_000, 250)
    assert all(least <= t <= least + around for t in ticks), ticks


RISCV, XTENSA = "qemu-riscv32-virt", "qemu-xtensa-lx106"
# The statement, what is said after the number of the exception, and that number (on Arm it is 3).
FAULTS = {
    "bus": ("(void)*(volatile uint32_t *)0x70000000u;", " pc ", {RISCV: 5, XTENSA: 15}),
    "undefined": ('__asm__ volatile(".short 0xde00");', " pc ", {RISCV: 2, XTENSA: 0}),
    "stack": ("((uint8_t *)arena)[0] = (uint8_t)deep(1);", " stack overflow", {RISCV: 7, XTENSA: 15}),
}
INSTEAD = {
    RISCV: {"0x70000000u": "0x08000000u", "0xde00": "0"},
    XTENSA: {"0x70000000u": "0x30000000u", ".short 0xde00": "ill"},
}
DEEP = """
static uint32_t deep(uint32_t n) {
    volatile uint32_t a[64];
    a[n % 64] = n;
    return n == 0 ? a[n] : deep(n + 1) + a[(n * 3) % 64];
}
"""


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("name", ["qemu-mps2-an386", "qemu-microbit", "qemu-mps2-an505", RISCV, XTENSA])
def test_a_fault_is_reported_and_reported_again(name: str, fault: str, tmp_path: Path) -> None:
    board, toy = load_board(name), toy_sources()
    code, said, cause = FAULTS[fault]
    for on_arm, here in INSTEAD.get(name, {}).items():
        code = code.replace(on_arm, here)
    number = cause.get(name, 3)
    source = toy.files["toy.c"].replace(
        "static tkd_status reset", f"{DEEP if fault == 'stack' else ''}static tkd_status reset"
    )
    source = source.replace("invoke(void *arena) {", f"invoke(void *arena) {{\n    {code}")
    model = dataclasses.replace(toy, files={**toy.files, "toy.c": source})
    with (
        open_board(build(tmp_path, board, model), board) as url,
        serial.serial_for_url(url, timeout=60) as port,
    ):
        port.read_until(b"type help\r\n")
        port.write(b"bench\r")
        for _ in range(2):
            line = port.read_until(b"\r\n") + port.read_until(b"\r\n")
            assert line.startswith(f"\r\ntinykd fault: exception {number:08x}".encode()), line
            assert said.encode() in line, line
            port.write(b"\0")


def test_a_person_can_talk_to_it(tmp_path: Path) -> None:
    board = load_board("qemu-microbit")
    with open_board(build(tmp_path, board), board) as url, serial.serial_for_url(url, timeout=60) as port:
        assert port.read_until(b"help\r\n") == b"\r\ntinykd toy (static) ready, type help\r\n"
        port.write(b"test\r\n")
        assert b" of 1, " in port.read_until(b" of 1, ")


def test_two_boards_run_side_by_side(tmp_path: Path) -> None:
    board = load_board("qemu-mps2-an386")
    image = build(tmp_path, board)
    with open_board(image, board) as first, open_board(image, board) as second:
        assert first != second
        with Device.open(first) as one, Device.open(second) as two:
            assert one.hello().model_name == two.hello().model_name == "toy"


def test_a_client_may_come_and_go(tmp_path: Path) -> None:
    for name in ("host", "qemu-mps2-an386"):
        board = load_board(name)
        with open_board(build(tmp_path / name, board), board) as url:
            for _ in range(3):
                with Device.open(url) as device:
                    assert device.hello().model_name == "toy"


def test_an_emulator_nobody_connected_to_is_ended_too(tmp_path: Path) -> None:
    board = load_board("qemu-mps2-an386")
    before = set(psutil.Process().children())
    with open_board(build(tmp_path, board), board):
        (emulator,) = set(psutil.Process().children()) - before
    assert not emulator.is_running()


CLIENT = """
import sys, time
from pathlib import Path
from tinykd.boards import load_board
from tinykd.build import load_image
from tinykd.flash import open_board
out = Path(sys.argv[1])
with open_board(load_image(out, out), load_board(sys.argv[2])) as url:
    print(url, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("name", ["host", "qemu-mps2-an386"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_no_emulator_outlives_a_killed_parent(name: str, how: signal.Signals, tmp_path: Path) -> None:
    image = build(tmp_path, load_board(name))
    command = [sys.executable, "-c", CLIENT, str(image.elf.parent), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None and parent.stdout.readline()
        started = psutil.Process(parent.pid).children(recursive=True)
        assert len(started) == 1
        os.kill(parent.pid, how)
        parent.wait(60)
    _, alive = psutil.wait_procs(started, timeout=60)
    assert not alive


def test_a_missing_emulator_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = load_board("qemu-microbit")
    image = build(tmp_path, board)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError) as caught, open_board(image, board):
        pass
    assert str(caught.value) == (
        "qemu-system-arm: not found; expected it on the PATH. Type `sudo apt install qemu-system-arm`"
    )


def test_an_emulator_that_refuses_says_why(tmp_path: Path) -> None:
    board = load_board("qemu-microbit")
    image = build(tmp_path, board)
    odd = board.model_copy(update={"run": board.run.model_copy(update={"machine": "toaster"})})
    with (
        pytest.raises(ToolError, match=r"qemu-system-arm: .*unsupported machine type"),
        open_board(image, odd),
    ):
        pass


def test_a_host_program_that_says_something_else_is_one_line(tmp_path: Path) -> None:
    board = load_board("host")
    image = dataclasses.replace(build(tmp_path, board), elf=Path("/bin/true"))
    with (
        pytest.raises(ToolError, match=r"said b'' when it started; expected the path of its"),
        open_board(image, board),
    ):
        pass


def test_a_virtual_board_may_be_running_elsewhere(tmp_path: Path) -> None:
    board = load_board("host")
    with open_board(build(tmp_path, board), board) as url:
        image = FirmwareImage(Path("none.elf"), Path("none"), (), (), "", "")
        with open_board(image, board, url) as same:
            assert same == url


def test_a_port_that_is_not_there_is_one_line() -> None:
    image = FirmwareImage(Path("none.elf"), Path("none"), (), (), "", "")
    board = load_board("nucleo_f446re")
    with pytest.raises(LinkError) as caught, open_board(image, board, "/dev/ttyNONE"):
        pass
    assert str(caught.value) == (
        "/dev/ttyNONE: no such port; expected a board that is plugged in. Type `tinykd ports`"
    )
