"""No end ever waits to send without taking what comes: a megabyte each way through 4 KiB of buffers.

Emulated UARTs carry 12 KB/s each way on a quiet machine: there the whole megabyte is for the long run
(`make test-random`), and less of it, still many times what buffers and windows hold, for every run.
"""

import os
import pty
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.link import build
from tests.link.fakes import FakeBoard, samples
from tests.link.mirror import build_mirror, mirrored
from tests.link.narrow import narrow
from tests.link.test_windowed_requests import device as fake_device
from tinykd.boards import load_board
from tinykd.build import FirmwareImage
from tinykd.errors import LinkError
from tinykd.flash import open_board
from tinykd.link.device import Device
from tinykd.link.transport import SerialTransport
from tinykd.link.underway import REPLIES_BYTES

MEBIBYTE, KIBIBYTE = 1 << 20, 1 << 10
EMULATED = ("qemu-mps2-an386", "qemu-riscv32-virt")  # they have the memory for it
Images = Callable[[str, int], FirmwareImage]


def inputs_of(size: int, count: int = 3) -> NDArray[np.int8]:
    return np.random.default_rng(3).integers(-128, 128, (count, size), dtype=np.int8)


def is_carried(url: str, inputs: NDArray[np.int8]) -> bool:
    """All samples are answered, whatever is under way."""
    with Device.open(url, timeout_s=20.0) as device:
        return [result.output for result in device.infer_many(inputs)] == mirrored(inputs)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Images:
    """The mirror of a size for a board, built once."""
    built: dict[tuple[str, int], FirmwareImage] = {}

    def image(name: str, size: int) -> FirmwareImage:
        if (name, size) not in built:
            built[name, size] = build_mirror(tmp_path_factory.mktemp(name), load_board(name), size)
        return built[name, size]

    return image


@pytest.fixture(scope="module")
def is_long(pytestconfig: pytest.Config) -> bool:
    """Whether this is the long run."""
    return pytestconfig.getoption("--hypothesis-profile") == "random"


@pytest.fixture(scope="module")
def waiting_board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board that takes nothing while it waits to send (c/pty_board.c), as a bare processor does."""
    options = ("-DFAKE_INPUT=50000u", "-DFAKE_OUTPUT=50000u")
    return build.build_board(tmp_path_factory.mktemp("both") / "board", *options)


@pytest.mark.slow
@pytest.mark.parametrize("name", EMULATED)
def test_much_each_way_on_emulators(images: Images, name: str, is_long: bool) -> None:
    size = MEBIBYTE if is_long else 48 * KIBIBYTE
    with open_board(images(name, size), load_board(name)) as url:
        assert is_carried(url, inputs_of(size, 1))


@pytest.mark.slow
@pytest.mark.parametrize("tool_end", ["pty", "tcp"])
@pytest.mark.parametrize("kind", ["wire", "bridge"])
@pytest.mark.parametrize("name", ["host", *EMULATED])
def test_narrow_buffers(images: Images, name: str, kind: str, tool_end: str, is_long: bool) -> None:
    size = MEBIBYTE if name == "host" else (64 if is_long else 16) * KIBIBYTE
    with open_board(images(name, size), load_board(name)) as board, narrow(board, kind, tool_end) as url:
        assert is_carried(url, inputs_of(size, 2))


@pytest.mark.parametrize("size", [5_000, 27_648, 32_768, 40_000])
def test_deadlock_on_the_link(tmp_path: Path, size: int) -> None:
    """Inputs near the window of a process, and replies that fill a terminal: both ends wrote, none read."""
    board = load_board("host")
    with open_board(build_mirror(tmp_path, board, size), board) as url:
        assert is_carried(url, inputs_of(size, 20))


@pytest.mark.parametrize("kind", ["straight", "wire", "bridge"])
def test_a_board_that_takes_nothing_while_it_sends(waiting_board: Path, kind: str) -> None:
    inputs = inputs_of(50_000, 4)
    with build.running(waiting_board) as port:
        if kind == "straight":
            found = outputs(port, inputs)
        else:
            with narrow(port, kind, "pty") as url:
                found = outputs(url, inputs)
    assert found == [(row.view(np.uint8) * np.uint8(3) + np.uint8(1)).tobytes() for row in inputs]


def outputs(url: str, inputs: NDArray[np.int8]) -> list[bytes]:
    with Device.open(url) as device:
        return [result.output for result in device.infer_many(inputs)]


class Blocking(FakeBoard):
    """Counts the bytes of replies that nobody has taken yet."""

    most_waiting = 0

    def write(self, data: bytes) -> None:
        super().write(data)
        self.most_waiting = max(self.most_waiting, sum(len(reply) for _, reply in self._out))


@pytest.mark.parametrize("output_bytes", [10, 500, 1012, 1013, 9_000])
def test_replies_have_a_window_too(output_bytes: int) -> None:
    board = Blocking(input_bytes=64, output_bytes=output_bytes, window=32_768)
    results = list(fake_device(board).infer_many(samples(50, board)))
    assert len(results) == 50
    assert board.most_waiting <= REPLIES_BYTES


def test_a_reply_longer_than_the_window_comes_alone() -> None:
    board = Blocking(input_bytes=64, output_bytes=20_000, max_reply=9_000, window=32_768)
    assert len(list(fake_device(board).infer_many(samples(5, board)))) == 5
    assert board.most_waiting <= 9_100


@pytest.fixture
def raw_terminal() -> Iterator[tuple[int, str]]:
    """The board's end of a pseudo-terminal, and the name of ours."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


def echo_only_while_it_is_read(master: int, total: int) -> None:
    """Sends back all that it takes, and takes nothing more until that is gone."""
    echoed = 0
    while echoed < total:
        data = os.read(master, 4096)
        while data:
            sent = os.write(master, data)
            data, echoed = data[sent:], echoed + sent


@pytest.mark.parametrize("total", [10_000, 1_000_000])
def test_what_comes_while_a_port_is_written_is_kept(raw_terminal: tuple[int, str], total: int) -> None:
    master, name = raw_terminal
    sent = np.random.default_rng(5).bytes(total)
    echo = threading.Thread(target=echo_only_while_it_is_read, args=(master, total), daemon=True)
    echo.start()
    with SerialTransport.open(name) as transport:
        transport.write(sent)
        came = b""
        while len(came) < total:
            came += transport.read(5.0) or pytest.fail(f"only {len(came)} bytes came back")
    assert came == sent


class PolledPort:
    """A port that is no file, whose write waits until what it gave was read, as a full driver does."""

    def __init__(self) -> None:
        self.timeout, self.waiting, self.taken = 0.0, bytearray(), threading.Event()

    @property
    def in_waiting(self) -> int:
        return len(self.waiting)

    def read(self, size: int) -> bytes:
        came, self.waiting = bytes(self.waiting[:size]), self.waiting[size:]
        if came:
            self.taken.set()
        return came

    def write(self, data: bytes) -> int:
        self.waiting += b"full"
        if not self.taken.wait(60.0):
            raise OSError("nobody reads")
        return len(data)


def test_a_port_that_is_no_file_is_read_too() -> None:
    transport = SerialTransport(PolledPort(), "COM3")
    transport.write(b"x" * 1000)  # nobody reads: a LinkError
    assert transport.read(0.0) == b"full"


def test_a_failure_of_the_writing_thread_is_told() -> None:
    port = PolledPort()
    port.read = lambda size: b""  # type: ignore[method-assign]
    port.taken.wait = lambda timeout=None: False  # type: ignore[method-assign]
    with pytest.raises(LinkError, match="nobody reads"):
        SerialTransport(port, "COM3").write(b"x")


def test_a_board_that_computes_long_is_not_stuck(
    raw_terminal: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as [verify] timeout_s allows it to."""
    monkeypatch.setattr("tinykd.link.transport.WRITE_TIMEOUT_S", 0.1)
    master, name = raw_terminal

    def take_late() -> None:
        time.sleep(0.5)
        left = 200_000
        while left:
            left -= len(os.read(master, 65536))

    thread = threading.Thread(target=take_late, daemon=True)
    thread.start()
    with SerialTransport.open(name, busy_s=20.0) as transport:
        transport.write(bytes(200_000))
        thread.join()
