"""A report as the figures, curves and settings that trackers of experiments have places for. No I/O."""

from collections.abc import Iterator
from dataclasses import dataclass

from tinykd.report.compare import board_figures
from tinykd.report.model import Curve, Report, Rung

Point = tuple[int, float]  # epoch, value


@dataclass(frozen=True)
class RunFigures:
    """``name``: the run's hash; values are finite, units stand in the names."""

    name: str
    project: str
    settings: dict[str, str]  # "student.width": "0.25"
    finals: dict[str, float]  # "tflite/accuracy": 0.97
    curves: dict[str, tuple[Point, ...]]  # "student/loss": one point an epoch
    versions: dict[str, str]

    @classmethod
    def of(cls, name: str, report: Report) -> "RunFigures":
        """``report`` of the kept run ``name``."""
        settings = {
            f"{section}.{key}": value
            for section, keys in report.settings.items()
            for key, value in keys.items()
        }
        curves = {key: points for curve in report.curves for key, points in _curves(curve)}
        return cls(name, report.project, settings, dict(_finals(report)), curves, report.versions)


def _curves(curve: Curve) -> Iterator[tuple[str, tuple[Point, ...]]]:
    for name, values in (("loss", curve.loss), ("validation", curve.val_accuracy)):
        yield f"{_plain(curve.name)}/{name}", tuple(zip(curve.epoch, values, strict=True))


def _finals(report: Report) -> Iterator[tuple[str, float]]:
    for rung in report.ladder:
        yield from _of_rung(rung)
    for board in report.boards:
        for name, value in board_figures(board):
            if value is not None:
                yield f"{_plain(board.name)}/{_plain(name)}", float(value)
    if report.gates:
        yield "gates/passed", float(report.passed)


def _of_rung(rung: Rung) -> Iterator[tuple[str, float]]:
    place = "_".join(filter(None, (rung.step, rung.board and _plain(rung.board))))
    for split, quality in (("test", rung.test), ("validation", rung.validation)):
        if quality is not None:
            yield f"{place}/{split}", quality.value
    if rung.bytes is not None:
        yield f"{place}/bytes", float(rung.bytes)


def _plain(name: str) -> str:
    """Letters, digits, ``_`` and ``-``: what every tracker takes in a name."""
    return "_".join("".join(c if c.isascii() and (c.isalnum() or c == "-") else " " for c in name).split())
