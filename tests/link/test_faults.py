"""Every fault that a line, a board or a host can have, with the real firmware at the other end.

The verdict is right, or the run ends with an error of one line; ``python -m benchmarks.link faults`` does the
same many times over and prints the table.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.build.toy import toy_outputs
from tests.link.faultline import FAULTS, SURVIVED
from tests.link.real_boards import NAMES, Socket, build_toy, plugged_in
from tests.link.trial import Outcome, attempt, is_right, toy_inputs
from tinykd.boards import load_board
from tinykd.build import FirmwareImage
from tinykd.errors import LinkError
from tinykd.link.device import Device

pytestmark = pytest.mark.slow
SAMPLES = 16
SLOW_NS = {"host": 400_000_000, "emulator": 80_000_000}  # an inference: 0.3 s and more; the timeout is 0.15 s
Images = Callable[[str, int], FirmwareImage]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Images:
    """Firmware of a kind of board, and of a slowness; each built once."""
    built: dict[tuple[str, int], FirmwareImage] = {}

    def image(kind: str, slow_ns: int = 0) -> FirmwareImage:
        if (kind, slow_ns) not in built:
            folder = tmp_path_factory.mktemp(kind)
            built[kind, slow_ns] = build_toy(folder, load_board(NAMES[kind]), slow_ns)
        return built[kind, slow_ns]

    return image


@pytest.fixture(scope="module", params=list(NAMES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def board(images: Images, kind: str) -> Iterator[Socket]:
    """One board for all the bad lines: it must recover from each."""
    with plugged_in(images(kind, 0), kind) as socket:
        yield socket


@pytest.mark.parametrize("fault", FAULTS)
def test_the_verdict_is_right_or_an_error(board: Socket, fault: str) -> None:
    outcome, error = attempt(board.url, FAULTS[fault], seed=1, samples=SAMPLES)
    assert outcome is not Outcome.WRONG
    assert outcome is Outcome.RIGHT or fault not in SURVIVED, error
    assert "\n" not in error


def test_the_port_comes_back_under_another_name(images: Images, kind: str) -> None:
    inputs = toy_inputs(200)
    with plugged_in(images(kind, 0), kind) as socket:
        first = socket.url
        with Device.open(first, find=lambda: socket.url) as device:
            found = []
            for i, result in enumerate(device.infer_many(inputs)):
                found.append(result.output)
                if i == 5:
                    socket.unplug()
                    socket.plug_in()
            assert socket.url != first
            assert device.where == socket.url
            assert device.statistics.reopenings == 1
            assert is_right(device, inputs)
    assert found == [row.tobytes() for row in toy_outputs(inputs)]


def test_a_port_that_stays_away(images: Images, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinykd.link.line.RETURN_TIMEOUT_S", 0.3)
    with plugged_in(images(kind, 0), kind) as socket:
        url = socket.url
        with Device.open(url, find=lambda: url) as device, pytest.raises(LinkError) as error:
            for _ in device.infer_many(toy_inputs(1000)):
                socket.unplug()
    assert str(error.value).startswith(f"{url}: the port went away and did not come back in 0.3 s (")
    assert str(error.value).endswith("). Check the cable and that the board still runs")


def test_another_firmware_comes_back(images: Images) -> None:
    """The cable was put into another board: its answers do not count."""
    with (
        plugged_in(images("host", 0), "host") as one,
        plugged_in(images("host", SLOW_NS["host"]), "host") as other,
    ):
        with Device.open(one.url, find=lambda: other.url) as device, pytest.raises(LinkError) as error:
            for _ in device.infer_many(toy_inputs(1000)):
                one.unplug()
        found = f"{other.url}: another firmware answers than at the start"
        assert str(error.value).startswith(f"{found}; expected toy, SHA-256 abababababab, firmware ")


def test_a_device_slower_than_the_timeout(images: Images, kind: str) -> None:
    inputs = toy_inputs(3)
    with plugged_in(images(kind, SLOW_NS[kind]), kind) as socket:
        with Device.open(socket.url, timeout_s=0.15) as device, pytest.raises(LinkError) as error:
            list(device.infer_many(inputs))
        assert "no answer in 0.15 s" in str(error.value)
        assert str(error.value).endswith("or raise [verify] timeout_s")
        with Device.open(socket.url, timeout_s=60.0) as device:  # what was asked for is computed first
            assert is_right(device, inputs)


HOST = """
import sys
from tests.link.trial import toy_inputs
from tinykd.link.device import Device
with Device.open(sys.argv[1]) as device:
    for result in device.infer_many(toy_inputs(100_000)):
        print(result.ticks, flush=True)
"""


def test_a_host_killed_and_started_again(board: Socket) -> None:
    """What the dead one had under way is not taken for an answer to the new one."""
    command = [sys.executable, "-c", HOST, board.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as host:
        assert host.stdout is not None
        for _ in range(3):
            assert host.stdout.readline()
        os.kill(host.pid, signal.SIGKILL)
    with Device.open(board.url) as device:
        assert is_right(device, toy_inputs(SAMPLES, seed=9))
