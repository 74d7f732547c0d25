"""Is a board fast enough? The time of each board in words for its card."""

from collections.abc import Iterable
from typing import NamedTuple

from tinykd.report.model import BoardResult
from tinykd.report.speed import Speed
from tinykd.text import rate_text

NOTHING = "\N{EN DASH}"


class BoardTimeText(NamedTuple):
    """One board's time."""

    name: str
    ms: str
    note: str  # what the time is of, where it is not this board's own
    per_second: str


def time_texts(boards: Iterable[BoardResult]) -> list[BoardTimeText]:
    """Boards whose time, or what their flash holds, is known."""
    return [_text(board) for board in boards if board.speed or board.holds]


def _text(board: BoardResult) -> BoardTimeText:
    return BoardTimeText(
        name=board.name,
        ms=time_text(board.speed),
        note=_note(board),
        per_second=rate_text(board.speed.per_second) if board.speed else NOTHING,
    )


def time_text(speed: Speed | None) -> str:
    """``12.3``, ``about 12.3 (9.7 to 17.4)``, or a dash."""
    if speed is None:
        return NOTHING
    if speed.ms_low is None or speed.ms_high is None:
        return f"{speed.ms:.3g}"
    return f"about {speed.ms:.3g} ({speed.ms_low:.3g} to {speed.ms_high:.3g})"


def _note(board: BoardResult) -> str:
    if board.speed is None:
        return "an emulator has no time" if board.kind == "qemu" else ""
    if board.kind == "host":
        return "this computer"
    return f"on a {board.speed.board}" if board.speed.board != board.name else ""
