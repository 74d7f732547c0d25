"""``python -m benchmarks.link``: throughput over a line of 115,200 Bd, and 10,000 samples without one.

The board is the harness as a process (``board.py``), the line a process that passes on 11,520 bytes a second
each way (``slow_line.py``). ``goodput`` counts the samples' own bytes, ``wire`` all that was sent, each
against the line rate; ``total`` is the time of all samples against that of the wire or the computation,
whichever is longer. What else runs on the machine delays both: run it on an idle one.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.link.board import build_board, running
from benchmarks.link.slow_line import BITS_A_BYTE, slow_line
from tests.link.fakes import fake_outputs
from tinykd.boards import load_board
from tinykd.build import build_firmware
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.files import write_whole
from tinykd.firmware_project import firmware_files
from tinykd.flash import open_board
from tinykd.graph.reader import read_graph
from tinykd.link.device import Device
from tinykd.progress import Silent
from tinykd.verify import BoardAddress, VerificationSamples, verify_board

DIGITS = Path(__file__).resolve().parents[2] / "tests/fixtures/digits.tflite"
BAUD = 115200
SECONDS = 8.0  # of wire or of computation, each row
SIZES = (64, 490, 1024, 1960, 4096, 9216)  # bytes of input
RATIOS = (0.5, 0.9, 1.0, 1.1, 2.0)  # computation to wire
RATIOS_BY_SIZE = [*((1024, ratio) for ratio in RATIOS), (9216, 1.0)]
LEAST_SAMPLES = 40  # of these: the first and the last one's wire and computation do not overlap


@dataclass(frozen=True)
class Row:
    """One measurement; times in seconds."""

    input_bytes: int
    samples: int
    compute_s: float  # of all samples
    wire_s: float
    total_s: float

    def __str__(self) -> str:
        rate = BAUD / BITS_A_BYTE
        goodput = self.input_bytes * self.samples / self.total_s / rate
        wire = self.wire_s / self.total_s
        total = self.total_s / max(self.wire_s, self.compute_s)
        return (
            f"{self.input_bytes:>7,}{self.samples:>9}{self.wire_s:>9.2f}{self.compute_s:>9.2f}{self.total_s:>9.2f}"
            f"{goodput:>10.1%}{wire:>8.1%}{total:>8.3f}"
        )


HEAD = "  input  samples   wire s  comp. s  total s   goodput    wire   total"


def measure(board: Path, input_bytes: int, samples: int, compute_us: int, baud: int = BAUD) -> Row:
    """All samples through the slow line, every answer checked."""
    inputs = np.random.default_rng(1).integers(-128, 128, (samples, input_bytes), dtype=np.int8)
    with running(board, compute_us) as (port, _), slow_line(port, baud) as url, Device.open(url) as device:
        device.hello()
        before = device.statistics.sent_bytes
        start = time.perf_counter()
        outputs = [np.frombuffer(result.output, np.int8) for result in device.infer_many(inputs)]
        total_s = time.perf_counter() - start
        sent = device.statistics.sent_bytes - before
        assert device.statistics.recoveries == 0
    assert np.array_equal(np.array(outputs), fake_outputs(inputs))
    return Row(input_bytes, samples, samples * compute_us / 1e6, sent * BITS_A_BYTE / baud, total_s)


def without_a_line(board: Path, samples: int = 10_000) -> float:
    """Seconds for so many samples of 64 bytes, every answer checked."""
    inputs = np.random.default_rng(2).integers(-128, 128, (samples, 64), dtype=np.int8)
    with running(board) as (port, _), Device.open(port) as device:
        device.hello()
        start = time.perf_counter()
        outputs = np.array([np.frombuffer(r.output, np.int8) for r in device.infer_many(inputs)])
        seconds = time.perf_counter() - start
    assert np.array_equal(outputs, fake_outputs(inputs))
    return seconds


def verified(folder: Path, samples: int = 10_000) -> float:
    """Seconds of a whole verification of the digits model, 64 bytes of input, with the oracle's own time."""
    model = DIGITS.read_bytes()
    board = load_board("host")
    program = compile_graph(read_graph(model), CompileOptions(name="digits"))
    for path, text in firmware_files(program, board).items():
        write_whole(folder / "project" / path, text)
    image = build_firmware(folder / "project", board, folder / "out", Silent())
    inputs = np.random.default_rng(3).integers(-128, 128, (samples, 8, 8, 1), dtype=np.int8)
    with open_board(image, board) as url:
        start = time.perf_counter()
        verdict = verify_board(model, VerificationSamples.of(inputs, None), BoardAddress(url, board.name))
    assert (verdict.samples, verdict.exact) == (samples, samples)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.link", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each row (default: %(default)s)")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        boards = {size: build_board(Path(folder) / f"board{size}", size) for size in SIZES}
        print(f"computing is free, {BAUD:,} Bd\n{HEAD}", flush=True)
        for size in SIZES:
            count = max(5, round(seconds * BAUD / BITS_A_BYTE / size))
            print(measure(boards[size], size, count, 0), flush=True)
        print(f"computing takes its time, {BAUD:,} Bd\n{HEAD}", flush=True)
        for size, ratio in RATIOS_BY_SIZE:
            wire_s = 1.035 * size * BITS_A_BYTE / BAUD
            count = max(LEAST_SAMPLES, round(seconds / wire_s / max(1.0, ratio)))
            print(measure(boards[size], size, count, round(ratio * wire_s * 1e6)), flush=True)
        print(f"10,000 samples of 64 bytes without a line: {without_a_line(boards[64]):.1f} s")
        print(f"the same verified against TFLM on board host: {verified(Path(folder)):.1f} s (limit 20)")


if __name__ == "__main__":
    main()
