"""``python -m benchmarks.link.sensor``: whether recording keeps up with a sensor on a line of a baud rate.

The board is a process whose sensor counts (``tests/link/c/sensor_board.c``) at its rate, whatever the line
does; the line a process that passes on so many bits per second each way (``slow_line.py``). Every value that
comes is held against what was measured; ``lost`` are those that did not come. A row that is expected to keep
up and loses any, or the other way round, makes the exit code 1.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.link.slow_line import BITS_A_BYTE, slow_line
from tests.link.sensors import build_sensor_board, counted, running
from tinykd.link.device import Device
from tinykd.link.stream_messages import Block
from tinykd.recording.frames import RateMeter

HEAD = f"{'rate':>7}{'axes':>6}{'baud':>10}{'seconds':>9}{'values':>10}{'lost':>9}{'line':>8}  keeps up"


@dataclass(frozen=True)
class Case:
    """A sensor and a line. ``ring``: frames that the board holds, a quarter of a second of them or more."""

    rate: int
    channels: int
    baud: int
    ring: int
    keeps_up: bool


CASES = (
    Case(16_000, 1, 921_600, 4096, True),
    Case(100, 6, 115_200, 64, True),
    Case(16_000, 1, 460_800, 4096, True),
    Case(16_000, 1, 115_200, 4096, False),
    Case(1000, 6, 115_200, 512, False),
)


@dataclass(frozen=True)
class Row:
    """What came of one case."""

    case: Case
    seconds: float  # by the board's counter
    came: int  # frames
    lost: int
    wire_bytes: int

    @property
    def is_as_expected(self) -> bool:
        """Nothing is lost where the line is fast enough, and it is said where it is not."""
        return (self.lost == 0) == self.case.keeps_up

    def __str__(self) -> str:
        case = self.case
        used = self.wire_bytes * BITS_A_BYTE / case.baud / self.seconds
        answer = "yes" if self.lost == 0 else "no"
        return (
            f"{case.rate:>7,}{case.channels:>6}{case.baud:>10,}{self.seconds:>9.1f}"
            f"{self.came * case.channels:>10,}{self.lost * case.channels:>9,}{used:>8.1%}  {answer}"
        )


def measure(board: Path, case: Case, seconds: float) -> Row:
    """So long; ``AssertionError`` where a value is wrong."""
    arguments = (case.rate * 1000, case.channels, case.ring)
    with (
        running(board, *arguments) as port,
        slow_line(port, case.baud) as url,
        Device.open(url, timeout_s=10.0) as device,
    ):
        stream = device.start_stream(device.sensor())
        meter, came, end = RateMeter(stream.tick_hz), 0, 0
        before = device.statistics.received_bytes
        for block in stream:
            meter.see(block)
            came += _checked(block, case.channels)
            end = block.first + len(block.samples) // (2 * case.channels)
            if end >= seconds * case.rate:
                break
        wire_bytes = device.statistics.received_bytes - before
        device.stop_stream()
    return Row(case, end / case.rate, came, end - came, wire_bytes)


def _checked(block: Block, channels: int) -> int:
    frames = np.frombuffer(block.samples, "<i2").reshape(-1, channels)
    assert np.array_equal(frames, counted(block.first, len(frames), channels)), block.number
    return len(frames)


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.link.sensor", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="of each row (default: %(default)s)")
    seconds = parser.parse_args().seconds
    print(HEAD)
    good = True
    with tempfile.TemporaryDirectory() as folder:
        board = build_sensor_board(Path(folder) / "board")
        for case in CASES:
            row = measure(board, case, seconds)
            good &= row.is_as_expected
            print(row, flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
