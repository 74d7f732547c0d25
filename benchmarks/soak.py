"""``python -m benchmarks.soak [--frames 1000000]``: a day's exchanges in a row, and nothing is lost.

The harness as a process answers samples over its terminal; now and then (``--faults`` in a million chunks)
the line drops, flips, inserts or repeats something. Every answer is held against the expected one; the memory
of both processes is looked at on the way: it must not grow.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from benchmarks.link.board import build_board, running
from tests.link.fakes import fake_outputs
from tests.link.faultline import BadLine, Harm, by_byte, dropped, duplicated, flipped, inserted
from tinykd.link.device import Device
from tinykd.link.line import SerialLine
from tinykd.link.transport import SerialTransport
from tinykd.link.windowed_requests import WindowedRequests

SAMPLES = 20_000  # between two looks at the memory
INPUT_BYTES = 64
KINDS = (dropped, flipped, duplicated, inserted)


def seldom(chance: float) -> Harm:
    """One chunk in 1 / ``chance`` loses, or wins, one byte in a hundred."""

    def harm(data: bytes, rng: random.Random) -> bytes:
        return by_byte(0.01, rng.choice(KINDS))(data, rng) if rng.random() < chance else data

    return harm


def kib(pid: int) -> int:
    """Resident memory of a process."""
    return int(psutil.Process(pid).memory_info().rss) // 1024


def soak(device: Device, board_pid: int, frames: int, samples: int = SAMPLES) -> bool:
    """Rounds of samples until so many frames have gone over the line; False when the memory grew."""
    print(f"{'frames':>10}{'samples':>10}{'recoveries':>12}{'tool KiB':>10}{'board KiB':>11}{'seconds':>9}")
    start, rounds, first, now = time.perf_counter(), 0, (0, 0), (0, 0)
    while device.statistics.sent_frames + device.statistics.received_frames < frames:
        inputs = np.random.default_rng(rounds).integers(-128, 128, (samples, INPUT_BYTES), dtype=np.int8)
        outputs = [np.frombuffer(result.output, np.int8) for result in device.infer_many(inputs)]
        assert np.array_equal(np.array(outputs), fake_outputs(inputs)), f"round {rounds} is wrong"
        rounds += 1
        now = kib(psutil.Process().pid), kib(board_pid)
        first = first if rounds > 1 else now
        stats = device.statistics
        print(
            f"{stats.sent_frames + stats.received_frames:>10,}{rounds * samples:>10,}{stats.recoveries:>12,}"
            f"{now[0]:>10,}{now[1]:>11,}{time.perf_counter() - start:>9.1f}",
            flush=True,
        )
    return now[0] < 1.1 * first[0] and now[1] < 1.1 * first[1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=1_000_000, help="both ways (default: %(default)s)")
    parser.add_argument("--faults", type=float, default=1000, help="in a million (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        board = build_board(Path(folder) / "board", INPUT_BYTES)
        with running(board) as (port, pid), SerialTransport.open(port) as transport:
            line = BadLine(transport, random.Random(1), seldom(options.faults / 1e6))
            steady = soak(Device(WindowedRequests(SerialLine(line, port))), pid, options.frames)
    print("every answer right, memory steady" if steady else "every answer right, but the memory grew")
    return 0 if steady else 1


if __name__ == "__main__":
    sys.exit(main())
