"""Misses against false alarms per hour: of each class a line over all thresholds and the chosen one."""

from math import ceil

from tinykd.errors import one_line
from tinykd.report.axis import ChartAxis
from tinykd.report.drawing import Dot, Drawing, Label, Polyline, Rect, Shape, fitted, nice_ticks
from tinykd.report.event_results import EventClass, Events

COLUMNS = 3
WIDTH, HEIGHT = 250.0, 190.0  # of a panel
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 34.0, 40.0
MOST_RATE = 60.0  # false alarms per hour at the right end; more is held there
LEAST_RATE = 2.0


def event_curves(events: Events) -> Drawing:
    """On the test recordings; whiskers are 95 % intervals."""
    rates = [p.per_hour for c in events.classes for p in c.curve]
    high = min(MOST_RATE, max(LEAST_RATE, *rates))
    shapes: list[Shape] = []
    for at, each in enumerate(events.classes):
        shapes += _panel(each, (at % COLUMNS) * WIDTH, (at // COLUMNS) * HEIGHT, high)
    columns, rows = min(COLUMNS, len(events.classes)), ceil(len(events.classes) / COLUMNS)
    points = ", ".join(
        f"{one_line(c.name)} at {c.threshold:g} misses {c.missed} of {c.marks}" for c in events.classes
    )
    title = "Misses against false alarms per hour"
    return Drawing(columns * WIDTH, rows * HEIGHT, title, f"{points}.", tuple(shapes))


def _panel(each: EventClass, left: float, top: float, high: float) -> list[Shape]:
    x = ChartAxis(0.0, high, left + LEFT, left + WIDTH - RIGHT)
    y = ChartAxis(0.0, 1.0, top + HEIGHT - BOTTOM, top + TOP)
    name = fitted(f"{one_line(each.name)}, threshold {each.threshold:g}", WIDTH - LEFT)
    shapes: list[Shape] = [Label(left + LEFT, top + 18, name, "ink", bold=True), *_grid(x, y)]
    line = tuple((x(p.per_hour), y(p.misses)) for p in each.curve)
    shapes += [Polyline(line, "s0", 1.8)] if each.marks and line else []
    return [*shapes, *_chosen(each, x, y)]


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


def _chosen(each: EventClass, x: ChartAxis, y: ChartAxis) -> list[Shape]:
    across, up = x(each.per_hour), y(each.misses)
    shapes: list[Shape] = []
    if each.background_s:
        low, high = each.per_hour_interval
        shapes.append(Polyline(((x(low), up), (x(high), up)), "bad", 1.4))
    if each.marks:
        least, most = each.missed_interval
        shapes.append(Polyline(((across, y(least)), (across, y(most))), "bad", 1.4))
    hint = f"missed {each.missed} of {each.marks}, {each.false_alarms} false alarms"
    return [*shapes, Rect(across - 5, up - 5, 10, 10, "panel", hint, 0.01), Dot(across, up, 3.6, "bad")]
