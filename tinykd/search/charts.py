"""A study drawn: quality against one cost, the front as a line, limits and the board's memory as lines
across."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tinykd.report.axis import ChartAxis
from tinykd.report.drawing import Dot, Drawing, Label, Polyline, Rect, Shape, fitted, nice_ticks
from tinykd.search.goals import UNITS
from tinykd.search.outcome import SearchOutcome, TrialRow

WIDTH, HEIGHT = 560.0, 330.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 16.0, 26.0, 44.0
_DECADE = (1, 2, 5)


@dataclass(frozen=True)
class BoardLine:
    """What a board has of a cost."""

    text: str
    value: float


def front_chart(outcome: SearchOutcome, cost: str, boards: Sequence[BoardLine] = ()) -> Drawing | None:
    """Trained students by ``cost``, on a logarithmic scale; None where none is known."""
    rows = [row for row in outcome.rows if row.quality is not None and row.costs.get(cost, 0) > 0]
    if not rows:
        return None
    costs = [row.costs[cost] for row in rows]
    x, y = _x_axis(costs, outcome.goals.limits.get(cost)), _y_axis(rows)
    shapes = [*_grid(x, y, outcome, cost), *_lines(x, y, outcome, cost, boards), *_front(rows, x, y, cost)]
    shapes += [shape for row in sorted(rows, key=lambda r: r.on_front) for shape in _dot(row, x, y, cost)]
    unit = UNITS[outcome.goals.quality]
    alt = f"{len(rows)} trained students, {sum(r.on_front for r in rows)} of them on the front"
    return Drawing(WIDTH, HEIGHT, f"{unit} against {UNITS[cost]}", alt, tuple(shapes))


def importance_chart(importance: dict[str, float]) -> Drawing | None:
    """A bar for each key that was searched."""
    if not importance:
        return None
    step, left = 22.0, 170.0
    shapes: list[Shape] = []
    for at, (name, share) in enumerate(sorted(importance.items(), key=lambda each: -each[1])):
        top = 6 + at * step
        shapes.append(Label(left - 8, top + 12, fitted(name, left - 10), "ink", "end"))
        shapes.append(Rect(left, top, 300, 15, "track"))
        shapes.append(Rect(left, top, max(1.0, 300 * share), 15, "s0"))
        shapes.append(Label(left + 308, top + 12, f"{100 * share:.0f} %", "muted"))
    text = ", ".join(f"{name} {100 * share:.0f} %" for name, share in importance.items())
    return Drawing(520, 10 + step * len(importance), "What the quality hangs on", text, tuple(shapes))


def _x_axis(costs: Sequence[float], limit: float | None) -> ChartAxis:
    """Of logarithms; a limit that is not far off is in the picture."""
    high = max(costs)
    if limit is not None and limit < 4 * high:
        high = max(high, limit)
    return ChartAxis(math.log10(min(costs) * 0.9), math.log10(high * 1.12), LEFT, WIDTH - RIGHT)


def _y_axis(rows: Sequence[TrialRow]) -> ChartAxis:
    """The lowest tenth is held at the lower end where it is far below the others."""
    found = sorted(row.quality or 0.0 for row in rows)
    low, high = found[len(found) // 10], found[-1]
    room = max(0.08 * (high - low), 0.002)
    return ChartAxis(low - room, min(high + room, max(high, 1.0)), HEIGHT - BOTTOM, TOP)


def _grid(x: ChartAxis, y: ChartAxis, outcome: SearchOutcome, cost: str) -> list[Shape]:
    shapes: list[Shape] = []
    for tick in nice_ticks(y.low, y.high, 5):
        shapes.append(Polyline(((x.start, y(tick)), (x.end, y(tick))), "grid"))
        shapes.append(Label(x.start - 6, y(tick) + 3.5, f"{tick:.4g}", "muted", "end", 10))
    for value in _decades(10**x.low, 10**x.high):
        at = x(math.log10(value))
        shapes.append(Polyline(((at, y.start), (at, y.start + 4)), "muted"))
        shapes.append(Label(at, y.start + 16, f"{value:,.7g}", "muted", "middle", 10))
    shapes.append(Label(x.end, y.start + 33, UNITS[cost], "muted", "end", 10.5))
    shapes.append(Label(4, TOP - 12, f"{UNITS[outcome.goals.quality]} on validation", "muted", "start", 10.5))
    return shapes


def _decades(low: float, high: float) -> list[float]:
    """1, 2, 5, 10, 20, … between; of many the tens alone."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [m * 10.0**p for p in powers for m in _DECADE if low <= m * 10.0**p <= high]
    return found if len(found) <= 9 else [v for v in found if math.log10(v).is_integer()]


def _lines(
    x: ChartAxis, y: ChartAxis, outcome: SearchOutcome, cost: str, boards: Sequence[BoardLine]
) -> list[Shape]:
    """The limit, and boards that lie within the picture."""
    lines = [BoardLine("limit", outcome.goals.limits[cost])] if cost in outcome.goals.limits else []
    shapes: list[Shape] = []
    for each in (*lines, *boards):
        at = math.log10(each.value)
        if x.low <= at <= x.high:
            shapes.append(Polyline(((x(at), y.start), (x(at), y.end)), "bad", 1.4, dashed=True))
            shapes.append(Label(x(at) - 4, y.end + 9, fitted(each.text, 120), "bad", "end", 10))
    return shapes


def _front(rows: Sequence[TrialRow], x: ChartAxis, y: ChartAxis, cost: str) -> list[Shape]:
    """Steps: what is to be had for each cost."""
    best: list[tuple[float, float]] = []
    for row in sorted((r for r in rows if r.is_candidate), key=lambda r: (r.costs[cost], -(r.quality or 0))):
        if not best or (row.quality or 0.0) > best[-1][1]:
            best.append((row.costs[cost], row.quality or 0.0))
    points: list[tuple[float, float]] = []
    for cost_value, quality in best:
        at = x(math.log10(cost_value))
        points += [(at, points[-1][1])] if points else []
        points.append((at, _held(y, quality)))
    if points:
        points.append((x.end, points[-1][1]))
    return [Polyline(tuple(points), "student", 1.6)] if points else []


def _dot(row: TrialRow, x: ChartAxis, y: ChartAxis, cost: str) -> list[Shape]:
    """With its network where a mouse rests on it."""
    across, up = x(math.log10(row.costs[cost])), _held(y, row.quality or 0.0)
    role, radius = ("student", 5.0) if row.on_front else ("muted", 3.0)
    costs = ", ".join(f"{name} {value:,.7g}" for name, value in row.costs.items())
    hint = f"trial {row.number}: {row.quality:.4f}, {costs}; {row.network}"
    return [Dot(across, up, radius, role), Rect(across - 6, up - 6, 12, 12, "panel", hint, 0.01)]


def _held(y: ChartAxis, quality: float) -> float:
    return y(min(max(quality, y.low), y.high))
