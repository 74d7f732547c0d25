"""Two runs beside each other: every rung, every board, and the settings in which they differ.

The interval of a difference is made of the two figures' own intervals (MOVER: Zou and Donner, Construction of
confidence limits about effect measures, 2008), as if their samples were not the same: it is a wide one.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import hypot
from typing import Any

from tinykd.report.axis import figure
from tinykd.report.model import Accuracy, BoardResult, Quality, Report, Rung


@dataclass(frozen=True)
class ComparedRung:
    """``difference`` is second minus first, in points for rates of right answers; None: not comparable."""

    title: str
    first: str
    second: str
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    bytes: tuple[int | None, int | None] = (None, None)

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


@dataclass(frozen=True)
class ComparedFigure:
    """A figure of one board in both runs."""

    board: str
    name: str
    first: float | None
    second: float | None


@dataclass(frozen=True)
class ComparedSetting:
    """A key of the project file that differs; None: not there."""

    key: str
    first: str | None
    second: str | None


@dataclass(frozen=True)
class Comparison:
    """All of it."""

    rungs: tuple[ComparedRung, ...]
    figures: tuple[ComparedFigure, ...]
    settings: tuple[ComparedSetting, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return asdict(self)


def compare(first: Report, second: Report) -> Comparison:
    """``second`` beside ``first``."""
    return Comparison(
        tuple(_rungs(first, second)),
        tuple(_figures(first, second)),
        tuple(_settings(first, second)),
        tuple(_notes(first, second)),
    )


def _key(rung: Rung) -> tuple[str, str | None]:
    return rung.step, rung.board


def _rungs(first: Report, second: Report) -> Iterator[ComparedRung]:
    others = {_key(rung): rung for rung in second.ladder}
    for rung in first.ladder:
        other = others.pop(_key(rung), None)
        yield _beside(rung, other) if other else ComparedRung(rung.title, figure(rung.test), "")
    yield from (ComparedRung(rung.title, "", figure(rung.test)) for rung in others.values())


def _beside(a: Rung, b: Rung) -> ComparedRung:
    found = ComparedRung(a.title, figure(a.test), figure(b.test), bytes=(a.bytes, b.bytes))
    if type(a.test) is not type(b.test):
        return found
    times = 100.0 if isinstance(a.test, Accuracy) else 1.0
    difference, low, high = (times * value for value in interval_of_difference(a.test, b.test))
    return ComparedRung(found.title, found.first, found.second, difference, low, high, found.bytes)


def interval_of_difference(a: Quality, b: Quality) -> tuple[float, float, float]:
    """b - a with the ends of its interval."""
    difference = b.value - a.value
    low = difference - hypot(b.value - b.low, a.high - a.value)
    high = difference + hypot(b.high - b.value, a.value - a.low)
    return difference, low, high


def _figures(first: Report, second: Report) -> Iterator[ComparedFigure]:
    others = {board.name: dict(board_figures(board)) for board in second.boards}
    for board in first.boards:
        for name, value in board_figures(board):
            other = others.get(board.name, {}).get(name)
            if value is not None or other is not None:
                yield ComparedFigure(board.name, name, value, other)


def board_figures(board: BoardResult) -> Iterator[tuple[str, float | None]]:
    """Of one board, by name; None: not measured."""
    exact = board.exactness
    yield "outputs exact, %", 100 * exact.exact / exact.samples if exact and exact.samples else None
    yield board.timing.unit if board.timing else "ticks", board.timing.median if board.timing else None
    yield "flash, bytes", board.image.flash_bytes if board.image else None
    yield "RAM, bytes", board.image.ram_bytes if board.image else None
    yield "arena, bytes", board.plan.arena_bytes if board.plan else None


def _settings(first: Report, second: Report) -> Iterator[ComparedSetting]:
    a, b = (
        {
            f"[{section}] {key}": value
            for section, keys in report.settings.items()
            for key, value in keys.items()
        }
        for report in (first, second)
    )
    for key in dict.fromkeys((*a, *b)):
        if a.get(key) != b.get(key):
            yield ComparedSetting(key, a.get(key), b.get(key))


def _notes(first: Report, second: Report) -> Iterator[str]:
    """What makes the two hard to compare."""
    if first.task != second.task:
        yield f"the tasks differ: {first.task} and {second.task}"
    if first.classes != second.classes:
        yield "the classes differ"
    counts = [next((rung.test.total for rung in report.ladder), 0) for report in (first, second)]
    if counts[0] != counts[1]:
        yield f"the test splits differ: {counts[0]} and {counts[1]} samples"
