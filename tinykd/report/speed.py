"""How fast a board is, in milliseconds and inferences per second, and what its flash image holds.

Measured where the board counts time; where it counts instructions, or was not asked, estimated for a
Cortex-M4 (``firmware_project.board_time``). An emulated board has no milliseconds: those of a real one with
the same core stand for them, and are called that.
"""

from typing import TYPE_CHECKING

from tinykd.report.board_inputs import ProgramMetrics, SizeMetrics, TickMetrics
from tinykd.report.part import Part

if TYPE_CHECKING:
    from tinykd.boards import Board

REFERENCE = "nucleo_f446re"  # with a Cortex-M4 whose clock is known


class Speed(Part):
    """Of one inference."""

    ms: float
    ms_low: float | None = None  # ends of the error bar of an estimate
    ms_high: float | None = None
    per_second: float
    measured: bool
    board: str  # that the figures are of


class HeldBytes(Part):
    """One of the things that a flash image is made of."""

    name: str
    bytes: int


def speed_of(ticks: TickMetrics | None, program: ProgramMetrics | None, board: "Board") -> Speed | None:
    """None where neither a measurement nor an estimate says anything about time."""
    if ticks and ticks.hz and ticks.unit != "instructions" and ticks.median > 0:
        ms = 1000 * ticks.median / ticks.hz
        return Speed(ms=ms, per_second=1000 / ms, measured=True, board=board.name)
    from tinykd.boards import load_board
    from tinykd.firmware_project.board_time import M4

    if program is None:
        return None
    return _estimated(program, load_board(REFERENCE) if board.virtual and board.core == M4 else board)


def _estimated(program: ProgramMetrics, board: "Board") -> Speed | None:
    from tinykd.firmware_project.board_time import BoardTime, board_time

    layers = [{"cost": layer.cost, "kernel": layer.kernel} for layer in program.layers]
    found = board_time({"layers": layers}, board)
    if not isinstance(found, BoardTime):
        return None
    low, high = (1000 * cycles / found.clock_hz for cycles in (found.low, found.high))
    return Speed(
        ms=found.milliseconds,
        ms_low=low,
        ms_high=high,
        per_second=found.per_second,
        measured=False,
        board=board.name,
    )


def held(size: SizeMetrics, program: ProgramMetrics) -> tuple[HeldBytes, ...]:
    """The image's flash by what it is for; nothing where the parts do not fit in it."""
    code = size.flash_bytes - program.weights_bytes - program.samples_bytes
    if code < 0:
        return ()
    parts = [("model (weights)", program.weights_bytes), ("kernels, protocol, start-up", code)]
    if program.samples_bytes:
        parts.append(("test samples", program.samples_bytes))
    return tuple(HeldBytes(name=name, bytes=size) for name, size in parts)
