"""A port that goes away, as at a reset of a board with its own USB, and comes back under another name."""

import numpy as np

from tests.link.fakes import FakeBoard, fake_outputs, outputs, samples
from tinykd.errors import LinkError
from tinykd.link.device import Device
from tinykd.link.line import SerialLine
from tinykd.link.transport import PortLostError, Transport
from tinykd.link.windowed_requests import WindowedRequests


class Unplugged(FakeBoard):
    """The port is gone at the ``after``-th read."""

    after = 3

    def read(self, timeout_s: float) -> bytes:
        self.after -= 1
        if self.after < 0:
            raise PortLostError("/dev/fake", "the port went away")
        return super().read(timeout_s)


def test_a_port_that_comes_back_is_used_on() -> None:
    first, second = Unplugged(), FakeBoard()
    second.clock = first.clock
    looks = 0

    def reopen() -> tuple[str, Transport]:
        nonlocal looks
        looks += 1
        if looks < 4:
            raise LinkError("/dev/fake", "no such port")
        return "/dev/other", second

    def sleep(seconds: float) -> None:
        first.clock.now += seconds

    line = SerialLine(first, "/dev/fake", reopen=reopen, clock=first.clock, sleep=sleep)
    link = Device(WindowedRequests(line))
    inputs = samples(100, first)
    assert np.array_equal(outputs(link, inputs), fake_outputs(inputs))
    assert (link.where, link.statistics.reopenings, looks) == ("/dev/other", 1, 4)


def test_a_port_that_goes_away_with_a_reset() -> None:
    """A board with its own USB: the hello after the reset finds the port gone, and then another one."""
    first, second = Unplugged(), FakeBoard()
    first.after, second.clock = 1, first.clock
    line = SerialLine(first, "/dev/fake", reopen=lambda: ("/dev/other", second), clock=first.clock)
    link = WindowedRequests(line)
    assert link.hello().model_name == "fake"
    assert link.hello().model_name == "fake"
    assert line.where == "/dev/other"
