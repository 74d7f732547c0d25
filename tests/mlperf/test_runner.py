"""The exchange of the official runner (mlcommons/tiny, benchmark/runner), done again as it does it."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.diff.conftest import INPUTS
from tests.mlperf.conftest import Dut
from tinykd.errors import LinkError
from tinykd.firmware_project.mlperf import benchmark_of
from tinykd.firmware_project.model import ModelSources
from tinykd.link.mlperf import who_is_there
from tinykd.link.transport import PortSettings

MAX_BYTES = 31  # of a db command, as device_under_test.py has it


class Runner:
    """``DUT`` of device_under_test.py and ``_gather_infer_results`` of script.py."""

    def __init__(self, dut: Dut) -> None:
        self.dut = dut

    def named(self, command: str, pattern: str) -> dict[str, str]:
        found = {}
        for line in self.dut.ask(command).splitlines():
            if match := re.match(pattern, line):
                found[match[1]] = match[2]
        return found

    def load(self, data: bytes) -> None:
        self.dut.ask(f"db load {len(data)}")
        for at in range(0, len(data), MAX_BYTES):
            result = self.dut.ask("db " + "".join(f"{d:02x}" for d in data[at : at + MAX_BYTES]))
        assert result == "m-load-done\r\n"

    def infer(self, number: int, warmups: int) -> tuple[list[float], int]:
        """Results, and microseconds between the two laps."""
        results, laps = [], []
        for line in self.dut.ask(f"infer {number} {warmups}").splitlines():
            if match := re.match(r"^m-results-\[([^]]+)\]$", line):
                results = [float(x) for x in match[1].split(",") if x.strip()]
            if match := re.match(r"^m-lap-us-([0-9]+)$", line):
                laps.append(int(match[1]))
        first, last = laps
        return results, last - first


@pytest.mark.slow
def test_accuracy_and_performance(dut: Dut) -> None:
    runner = Runner(dut)
    assert runner.named("name", r"^m-(name)-dut-\[([^]]+)]$") == {"name": "tinykd"}
    named = runner.named("profile", r"^m-(model|profile)-\[([^]]+)]$")
    assert named == {"profile": "ULPMark for tinyML Firmware V0.0.1", "model": "digits"}
    for sample, expected in zip(INPUTS["inputs"][:8], INPUTS["outputs"][:8], strict=True):
        runner.load(np.ascontiguousarray(sample).tobytes())
        results, _ = runner.infer(1, 0)
        assert int(np.argmax(results)) == int(expected.reshape(-1).argmax())
    once, often = (runner.infer(n, 1)[1] for n in (1, 400))
    assert often > 20 * once > 0 or often > 400  # time passes with the work


@pytest.mark.slow
def test_we_ask_who_is_there(sanitized: Path) -> None:
    from tinykd.flash.process import running

    with running(sanitized) as port:
        found = who_is_there(port, PortSettings(), 5.0)
    assert (found.vendor, found.benchmark) == ("tinykd", "digits")


def test_nobody_is_there() -> None:
    import os
    import pty

    master, slave = pty.openpty()
    with pytest.raises(LinkError) as error:
        who_is_there(os.ttyname(slave), PortSettings(), 0.02)
    assert str(error.value) == (
        f"{os.ttyname(slave)}: answered 'nothing'; expected the name and profile of MLPerf Tiny firmware. "
        "Check port and baud rate, reset the board, or flash it (tinykd flash)"
    )
    os.close(slave)
    os.close(master)


@pytest.mark.parametrize(
    ("sizes", "name", "sends", "buffer"),
    [
        ((490, 12), "kws01", "INT8", 490),
        ((3072, 10), "ic01", "UINT8", 3072),
        ((27648, 2), "vww01", "UINT8", 27648),
        ((640, 640), "ad01", "FLOAT32", 2560),
        ((64, 10), "mine", "INT8", 64),
    ],
)
def test_the_benchmark_is_known_by_its_sizes(
    sizes: tuple[int, int], name: str, sends: str, buffer: int
) -> None:
    model = ModelSources("mine", {}, (), 0, 0, "", input_bytes=sizes[0], output_bytes=sizes[1])
    found = benchmark_of(model)
    assert (found.name, found.sends, found.buffer_bytes) == (name, sends, buffer)
