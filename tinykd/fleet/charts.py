"""A figure of one cell over runs: a line through what was measured, a red dot where it was not good."""

from collections.abc import Callable, Sequence

from tinykd.fleet.record import CellFigures, CellRecord, RunRecord
from tinykd.report.axis import ChartAxis
from tinykd.report.drawing import Dot, Drawing, Label, Polyline, Shape, fitted

WIDTH, HEIGHT = 330.0, 120.0
LEFT, RIGHT, TOP, BOTTOM = 10.0, 10.0, 34.0, 24.0
Measured = Callable[[CellFigures], float]
Point = tuple[int, float, bool]  # number of the run, value, whether it is good


def cell_charts(runs: Sequence[RunRecord], key: tuple[str, str, str]) -> list[Drawing]:
    """Ticks, flash and RAM of the cell ``key``; none where it was never measured."""
    records = [_record(run, key) for run in runs]
    known = [each.figures for each in records if each and each.figures]
    if not known:
        return []
    unit = known[-1].facts.tick_unit or "ticks"
    wanted: list[tuple[str, Measured]] = [
        (unit, lambda found: found.ticks),
        ("bytes of flash", lambda found: found.flash_bytes),
        ("bytes of RAM", lambda found: found.ram_bytes),
    ]
    return [_chart(name, _points(records, measured), runs) for name, measured in wanted]


def _record(run: RunRecord, key: tuple[str, str, str]) -> CellRecord | None:
    return next((each for each in run.cells if each.key == key), None)


def _points(records: Sequence[CellRecord | None], measured: Measured) -> list[Point]:
    return [
        (number, measured(each.figures), each.verdict == "good")
        for number, each in enumerate(records)
        if each and each.figures
    ]


def _chart(name: str, points: Sequence[Point], runs: Sequence[RunRecord]) -> Drawing:
    values = [value for _, value, _ in points]
    low, high = min(values), max(values)
    margin = (high - low) * 0.1 or 1.0
    x = ChartAxis(0, max(1, len(runs) - 1), LEFT + 6, WIDTH - RIGHT - 6)
    y = ChartAxis(low - margin, high + margin, HEIGHT - BOTTOM, TOP)
    places = [(x(number), y(value)) for number, value, _ in points]
    shapes: list[Shape] = [
        Polyline(((LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM)), "grid"),
        Label(LEFT, 14, name, bold=True),
        Label(WIDTH - RIGHT, 14, _range(low, high), "muted", "end"),
        Label(LEFT, HEIGHT - 8, fitted(_name(runs[0]), 130, 10), "muted", size=10),
        Polyline(tuple(places), "s0", 1.5),
    ]
    shapes += [
        Dot(*place, 3.5, "good" if good else "bad")
        for place, (_, _, good) in zip(places, points, strict=True)
    ]
    if len(runs) > 1:
        shapes.append(Label(WIDTH - RIGHT, HEIGHT - 8, fitted(_name(runs[-1]), 130, 10), "muted", "end", 10))
    bad = sum(not good for _, _, good in points)
    alt = f"{len(points)} runs, {_range(low, high)}, {bad} of them not good, the last {values[-1]:,.0f}"
    return Drawing(WIDTH, HEIGHT, name, alt, tuple(shapes))


def _range(low: float, high: float) -> str:
    return f"{high:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def _name(run: RunRecord) -> str:
    """Its commit, or its day."""
    return run.commit[:12] or run.when[:10]
