"""Which benchmark of MLPerf Tiny a model is, by the bytes that go in and come out, and how its data is sent.

After mlcommons/tiny, benchmark/reference_submissions: kws01 is sent as int8, ic01 and vww01 as uint8 pixels,
ad01 as float32, of which the board answers the reconstruction's mean square error.
"""

from dataclasses import dataclass
from typing import Literal

from tinykd.firmware_project.model import ModelSources

_KNOWN: dict[tuple[int, int], tuple[str, Literal["INT8", "UINT8", "FLOAT32"]]] = {
    (490, 12): ("kws01", "INT8"),
    (32 * 32 * 3, 10): ("ic01", "UINT8"),
    (96 * 96 * 3, 2): ("vww01", "UINT8"),
    (640, 640): ("ad01", "FLOAT32"),
}


@dataclass(frozen=True)
class Benchmark:
    """``name`` is what the runner chooses its script by."""

    name: str
    sends: Literal["INT8", "UINT8", "FLOAT32"]
    buffer_bytes: int


def benchmark_of(model: ModelSources) -> Benchmark:
    """The benchmark that ``model`` is; another model goes under its own name and takes int8."""
    name, sends = _KNOWN.get((model.input_bytes, model.output_bytes), (model.name, "INT8"))
    return Benchmark(name, sends, model.input_bytes * (4 if sends == "FLOAT32" else 1))
