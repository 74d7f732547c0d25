"""How long an inference takes on a board, estimated before there is one: cycles, milliseconds, and an error
bar.

Kernels for the Cortex-M4 estimate their own cycles (``Kernel.cost``). Two comparisons say how far off that
is, and ``python -m benchmarks.timing`` prints both:

- against a trace of what an emulated Cortex-M4 executes, in Arm's published timings without wait states;
- that trace's cycles per instruction against published times of CMSIS-NN, whose instructions are counted on
  the same emulated core (MLPerf Tiny, microTVM with CMSIS-NN on an STM32L4R5 at 120 MHz: flash with wait
  states behind a cache; other code calls the kernels there).

The Cortex-M33 and M7 run the same kernels. Their cycles for one of the M4's are those of one vendor's library
in the same benchmark (MLPerf Tiny: X-CUBE-AI 10.2 on STM32L4R5 and STM32U575, five models; X-CUBE-AI 9 on
STM32H7A3, likewise, an older version). For other cores nothing is published of software that can be counted
here, or of one library on them and on the M4, so there is no estimate of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinykd.boards import Board
from tinykd.text import rate_text

M4 = "cortex-m4"
OF_M4 = {  # cycles for one of the Cortex-M4's: the least, the middle, the most
    M4: (1.0, 1.0, 1.0),
    "cortex-m33": (0.86, 0.88, 0.9),
    "cortex-m7": (0.55, 0.59, 0.63),
}
PER_COST = 1.2  # cycles on a board for one of the kernels' own: the middle of what both comparisons give
LOWEST = 0.95  # the lower end: the trace alone
HIGHEST = 1.4  # the upper end: the largest of both, 1.06 * 1.25, and a little more
SMALL, SMALL_HIGHEST = 300_000, 1.6  # likewise below so many cycles, where calls weigh more: 1.27 * 1.25
MEASURED = 0.9  # the least share of the cost that must be of kernels that the comparisons hold for
_KNOWN = ("_dsp", "bands", "softmax")  # of their names


@dataclass(frozen=True)
class BoardTime:
    """An estimate of one inference, in cycles: the likely value and the ends of the error bar."""

    cycles: int
    low: int
    high: int
    clock_hz: int

    @property
    def milliseconds(self) -> float:
        return 1000 * self.cycles / self.clock_hz

    @property
    def per_second(self) -> float:
        """Inferences."""
        return self.clock_hz / self.cycles

    def text(self) -> str:
        """In one line."""
        low, high = (1000 * cycles / self.clock_hz for cycles in (self.low, self.high))
        size = f"about {self.cycles / 1e6:.3g} M cycles, {self.milliseconds:.3g} ms"
        ends = f"({low:.3g} to {high:.3g} ms)"
        rate = f"{rate_text(self.per_second)} inferences a second"
        return f"{size} at {self.clock_hz / 1e6:.4g} MHz {ends}, {rate}"

    def to_json(self) -> dict[str, Any]:
        cycles = {"cycles": self.cycles, "cycles_low": self.low, "cycles_high": self.high}
        return {**cycles, "ms": self.milliseconds, "inferences_per_second": self.per_second}


def board_time(summary: Mapping[str, Any], board: Board) -> BoardTime | str:
    """The estimate for a program's ``summary()``, compiled for the board's core; or why there is none."""
    if board.core not in OF_M4:
        return f"no estimate of time: nothing is published of countable software on a {board.core}"
    if board.virtual:
        return "no estimate of time: an emulated board has none"
    layers = summary["layers"]
    total = sum(layer["cost"] for layer in layers)
    known = sum(layer["cost"] for layer in layers if any(part in layer["kernel"] for part in _KNOWN))
    if not total or known < MEASURED * total:
        slow = max(layers, key=lambda layer: layer["cost"], default={"kernel": "none"})
        return f"no estimate of time: kernels such as {slow['kernel']} were not compared with a trace"
    low, middle, high = (round(total * factor) for factor in factors(total, board.core))
    return BoardTime(middle, low, high, board.clock_hz)


def factors(cost: float, core: str = M4) -> tuple[float, float, float]:
    """What kernels' cycles are multiplied by on ``core``: the low end, the likely value, the high end."""
    least, middle, most = OF_M4[core]
    high = HIGHEST if cost >= SMALL else SMALL_HIGHEST
    return LOWEST * least, PER_COST * middle, high * most
