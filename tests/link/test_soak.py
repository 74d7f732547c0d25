"""The soak of ``python -m benchmarks.soak`` in small: thousands of frames, nothing lost, nothing leaked."""

import random
from pathlib import Path

import pytest

from benchmarks.link.board import build_board, running
from benchmarks.soak import INPUT_BYTES, seldom, soak
from tests.link.faultline import BadLine
from tinykd.link.device import Device
from tinykd.link.line import SerialLine
from tinykd.link.transport import SerialTransport
from tinykd.link.windowed_requests import WindowedRequests


@pytest.mark.slow
def test_many_frames(tmp_path: Path) -> None:
    board = build_board(tmp_path / "board", INPUT_BYTES)
    with running(board) as (port, pid), SerialTransport.open(port) as transport:
        line = BadLine(transport, random.Random(1), seldom(0.02))
        device = Device(WindowedRequests(SerialLine(line, port)))
        assert soak(device, pid, frames=20_000, samples=2_500)
    assert device.statistics.recoveries > 0
