"""Misses against false alarms per hour: of each class a line over all thresholds and the chosen one."""

from math import ceil

from tinykd.errors import one_line
from tinykd.intervals import poisson, wilson
from tinykd.report.axis import ChartAxis
from tinykd.report.drawing import Dot, Drawing, Label, Polyline, Rect, Shape, fitted, nice_ticks
from tinykd.tuning.judge import Tally
from tinykd.tuning.result import Tuned, TunedClass

COLUMNS = 3
WIDTH, HEIGHT = 250.0, 190.0  # of a panel
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 34.0, 40.0
MOST_RATE = 60.0  # false alarms per hour at the right end; more is held there
LEAST_RATE = 2.0


def curves_drawing(tuned: Tuned) -> Drawing:
    """On the test recordings; whiskers are 95 % intervals."""
    rates = [p.tally.per_hour for c in tuned.classes for p in c.curve]
    high = min(MOST_RATE, max(LEAST_RATE, *rates))
    shapes: list[Shape] = []
    for at, each in enumerate(tuned.classes):
        shapes += _panel(each, (at % COLUMNS) * WIDTH, (at // COLUMNS) * HEIGHT, high)
    columns, rows = min(COLUMNS, len(tuned.classes)), ceil(len(tuned.classes) / COLUMNS)
    points = ", ".join(
        f"{one_line(c.name)} at {c.threshold:g} misses {c.tally.missed} of {c.tally.marks}"
        for c in tuned.classes
    )
    title = "Misses against false alarms per hour"
    return Drawing(columns * WIDTH, rows * HEIGHT, title, f"{points}.", tuple(shapes))


def _panel(each: TunedClass, left: float, top: float, high: float) -> list[Shape]:
    x = ChartAxis(0.0, high, left + LEFT, left + WIDTH - RIGHT)
    y = ChartAxis(0.0, 1.0, top + HEIGHT - BOTTOM, top + TOP)
    name = fitted(f"{one_line(each.name)}, threshold {each.threshold:g}", WIDTH - LEFT)
    shapes: list[Shape] = [Label(left + LEFT, top + 18, name, "ink", bold=True), *_grid(x, y)]
    line = tuple((x(p.tally.per_hour), y(_misses(p.tally))) for p in each.curve)
    shapes += [Polyline(line, "s0", 1.8)] if each.curve[0].tally.marks else []
    return [*shapes, *_chosen(each.tally, x, y)]


def _grid(x: ChartAxis, y: ChartAxis) -> list[Shape]:
    shapes: list[Shape] = []
    for tick in nice_ticks(0.0, 1.0, 4):
        shapes.append(Polyline(((x.start, y(tick)), (x.end, y(tick))), "grid"))
        shapes.append(Label(x.start - 5, y(tick) + 3.5, f"{100 * tick:.0f} %", "muted", "end", 9.5))
    for tick in nice_ticks(0.0, x.high, 4):
        shapes.append(Label(x(tick), y.start + 13, f"{tick:g}", "muted", "middle", 9.5))
    shapes.append(Label(x.end, y.start + 27, "false alarms per hour", "muted", "end", 9.5))
    shapes.append(Label(x.start, y.end - 4, "missed", "muted", "start", 9.5))
    return shapes


def _chosen(tally: Tally, x: ChartAxis, y: ChartAxis) -> list[Shape]:
    across, up = x(tally.per_hour), y(_misses(tally))
    hours = tally.background_s / 3600
    shapes: list[Shape] = []
    if hours:
        low, high = (end / hours for end in poisson(tally.false_alarms))
        shapes.append(Polyline(((x(low), up), (x(high), up)), "bad", 1.4))
    if tally.marks:
        least, most = wilson(tally.missed, tally.marks)
        shapes.append(Polyline(((across, y(least)), (across, y(most))), "bad", 1.4))
    hint = f"missed {tally.missed} of {tally.marks}, {tally.false_alarms} false alarms"
    return [*shapes, Rect(across - 5, up - 5, 10, 10, "panel", hint, 0.01), Dot(across, up, 3.6, "bad")]


def _misses(tally: Tally) -> float:
    return tally.missed / tally.marks if tally.marks else 0.0
