"""What a verification found, as values: counts, times, marks, and the files they are kept in.

Three counts, none hidden in another: a sample is *exact* when all its output values are equal, *within one*
when none differs by more than 1, of the *same class* (where the model has classes) when the first largest
value stands at the same place.
"""

from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from tinykd.diff import Difference
from tinykd.files import write_json, write_whole
from tinykd.intervals import Interval, wilson
from tinykd.link.replies import Hello, Memory
from tinykd.training.classes import ByClass
from tinykd.verify.identity import firmware_of
from tinykd.verify.options import Footprint


@dataclass(frozen=True)
class AccuracyCount:
    """Right answers of all; ``by_class``: the same, class by class."""

    correct: int
    total: int
    by_class: ByClass | None = field(default=None, compare=False)

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the accuracy, in [0, 1]."""
        return wilson(self.correct, self.total)

    def to_json(self) -> dict[str, Any]:
        """The counts and the interval."""
        plain = {"correct": self.correct, "total": self.total, "interval95": list(self.interval)}
        return plain | ({"by_class": self.by_class.to_json()} if self.by_class else {})


class Scored(Protocol):
    """How good a model is; what else than right answers is counted is the caller's affair."""

    def to_json(self) -> dict[str, Any]:
        """As in ``verification.json``."""


@dataclass(frozen=True)
class Ticks:
    """The board's own counter, per inference; ``hz`` makes seconds of it."""

    unit: str
    hz: int
    median: float
    p99: float

    @classmethod
    def of(cls, ticks: NDArray[np.uint32], hello: Hello) -> Self:
        """From each sample's ticks."""
        median, p99 = np.percentile(ticks, (50, 99)) if ticks.size else (0.0, 0.0)
        return cls(hello.tick_unit, hello.tick_hz, float(median), float(p99))

    def to_json(self) -> dict[str, Any]:
        """Ticks, and milliseconds by ``hz``."""
        scale_ms = 1e3 / self.hz if self.hz else 0.0
        return {**asdict(self), "median_ms": self.median * scale_ms, "p99_ms": self.p99 * scale_ms}


@dataclass(frozen=True)
class Verification:
    """A board beside the oracle, on the same samples."""

    board: str
    oracle: str
    samples: int  # that were compared
    wanted: int  # samples; more than were compared when it stopped at the first that differs
    resumed: int  # of the compared, answered in an earlier run that was cut
    exact: int
    within_one: int
    same_class: int | None  # None: the outputs are no scores of classes
    max_difference: int
    first_difference: Difference | None  # None: nothing differs, or the oracle's tensors cannot be had here
    device: Scored | None  # None: no labels
    host: Scored | None
    ticks: Ticks
    front_ticks: int  # of the front end, for one sample; 0 where the firmware begins behind it
    layer_ticks: tuple[int, ...]  # of one inference; empty where the firmware cannot step
    kernels: tuple[str, ...]  # each once, in the order of the layers
    hello: Hello
    memory: Memory
    footprint: Footprint | None  # None: not known here
    seconds: float  # on the wire, for all samples
    sent_bytes: int
    received_bytes: int
    recoveries: int  # times that the line had to be put in step again
    numbers: NDArray[np.int64] = field(repr=False, compare=False)  # (samples,) their places in the split
    expected: NDArray[np.int8] = field(repr=False, compare=False)  # (samples, *output shape)
    received: NDArray[np.int8] = field(repr=False, compare=False)

    @property
    def bytes_per_s(self) -> float:
        """Both ways together."""
        return (self.sent_bytes + self.received_bytes) / self.seconds if self.seconds > 0 else 0.0

    def to_json(self) -> dict[str, Any]:
        """All of it but the outputs."""
        return {
            "board": self.board,
            "oracle": self.oracle,
            "runtime": self.hello.runtime,
            "model": {"name": self.hello.model_name, "sha256": self.hello.model_sha256},
            "firmware": {
                "build": self.hello.build,
                "compiler": self.hello.compiler,
                "sha256": firmware_of(self.hello),
                "kernel_library": self.hello.kernels,
                "rounding": self.hello.rounding,
                "features": self.hello.features,
                "caches": self.hello.caches,
                "core_hz": self.hello.core_hz,
            },
            "kernels": list(self.kernels),
            "footprint": asdict(self.footprint) if self.footprint else None,
            "samples": self.samples,
            "wanted": self.wanted,
            "numbers": self.numbers.tolist(),
            "resumed": self.resumed,
            "exact": self.exact,
            "within_one": self.within_one,
            "same_class": self.same_class,
            "max_difference": self.max_difference,
            "first_difference": str(self.first_difference) if self.first_difference else None,
            "first_difference_facts": self.first_difference.to_json() if self.first_difference else None,
            "device": self.device.to_json() if self.device else None,
            "host": self.host.to_json() if self.host else None,
            "ticks": self.ticks.to_json(),
            "start": "raw" if self.front_ticks else "features",
            "front_ticks": self.front_ticks,
            "layer_ticks": list(self.layer_ticks),
            **asdict(self.memory),
            "link": {
                "seconds": self.seconds,
                "sent_bytes": self.sent_bytes,
                "received_bytes": self.received_bytes,
                "bytes_per_s": self.bytes_per_s,
                "recoveries": self.recoveries,
            },
        }

    def write(self, out: Path) -> None:
        """``verification.json``, ``expected.npy`` and ``received.npy`` in ``out``."""
        write_whole(out / "expected.npy", _npy(self.expected))
        write_whole(out / "received.npy", _npy(self.received))
        write_json(out / "verification.json", self.to_json())


def _npy(array: NDArray[np.int8]) -> bytes:
    buffer = BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()
