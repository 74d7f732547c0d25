"""Charts of right answers: the ladder, student minus baseline, a board's verdict. Pure placement."""

from collections.abc import Sequence

from tinykd.report.axis import ChartAxis, ends, figure, percent
from tinykd.report.drawing import Anchor, Dot, Drawing, Label, Polyline, Rect, Shape, nice_ticks
from tinykd.report.model import Distillation, Exactness, Rung


def accuracy_floor(values: Sequence[float]) -> float:
    """A round lower end for an accuracy axis that ends at 1: a little below the least of ``values``."""
    least = min(values, default=0.0)
    for floor in (0.98, 0.95, 0.9, 0.8, 0.6):
        if least >= floor:
            return floor
    return 0.0


def ladder_axis(ladder: Sequence[Rung], width: float = 240) -> ChartAxis:
    """The scale that all rungs share, so that their intervals can be compared by eye."""
    return ChartAxis(accuracy_floor([rung.test.low for rung in ladder]), 1.0, 8, width - 8)


def whisker(rung: Rung, axis: ChartAxis) -> Drawing:
    """One rung's accuracy and interval on the shared scale."""
    height, middle = 22.0, 11.0
    low, high, value = axis(rung.test.low), axis(rung.test.high), axis(rung.test.value)
    grid = [Polyline(((axis(t), 0), (axis(t), height)), "grid") for t in nice_ticks(axis.low, axis.high, 4)]
    caps = [Polyline(((x, middle - 4), (x, middle + 4)), rung_role(rung), 1.5) for x in (low, high)]
    bar = Polyline(((low, middle), (high, middle)), rung_role(rung), 2)
    alt = f"{figure(rung.test)}, interval {ends(rung.test)}"
    shapes: tuple[Shape, ...] = (*grid, bar, *caps, Dot(value, middle, 4.5, rung_role(rung)))
    return Drawing(axis.end + 8, height, rung.title, alt, shapes)


def ladder_scale(axis: ChartAxis, of_hundred: bool = True) -> Drawing:
    """The tick labels above the rungs: percentages of right answers, else the figure itself."""
    ticks = nice_ticks(axis.low, axis.high, 4)
    times = 100 if of_hundred else 1
    labels = [Label(axis(t), 11, f"{times * t:.4g}", "muted", _end_anchor(t, axis), 10) for t in ticks]
    return Drawing(axis.end + 8, 14, "Scale", f"{percent(axis.low)} to {percent(axis.high)}", tuple(labels))


def _end_anchor(tick: float, axis: ChartAxis) -> Anchor:
    return "end" if tick >= axis.high - 1e-9 else "start" if tick <= axis.low + 1e-9 else "middle"


def rung_role(rung: Rung) -> str:
    """The colour of a step; the host and the boards share one."""
    return "device" if rung.step == "host" else rung.step


def difference(found: Distillation) -> Drawing | None:
    """Student minus baseline in percentage points with its interval, beside the line of no difference."""
    if found.difference_points is None or found.low_points is None or found.high_points is None:
        return None
    width, height, middle = 520.0, 58.0, 18.0
    reach = max(abs(found.low_points), abs(found.high_points), 0.5) * 1.15
    x = ChartAxis(-reach, reach, 10, width - 10)
    role = {"helped": "good", "hurt": "bad"}.get(found.verdict, "muted")
    ends = [x(found.low_points), x(found.high_points)]
    ticks = nice_ticks(-reach, reach, 6)
    shapes: list[Shape] = [Polyline(((x(t), 4), (x(t), 32)), "grid") for t in ticks]
    shapes.append(Polyline(((x(0), 0), (x(0), 36)), "ink", 1.2))
    shapes.append(Polyline(((ends[0], middle), (ends[1], middle)), role, 2.5))
    shapes += [Polyline(((end, middle - 5), (end, middle + 5)), role, 2) for end in ends]
    shapes.append(Dot(x(found.difference_points), middle, 5.5, role))
    shapes += [
        Label(x(t), 46, f"{t:+g}" if t else "0", "muted", "middle", 10) for t in nice_ticks(-reach, reach, 6)
    ]
    shapes.append(Label(10, 57, "baseline better", "muted", "start", 10))
    shapes.append(Label(width - 10, 57, "student better, points", "muted", "end", 10))
    return Drawing(width, height + 4, "Student minus baseline", found.sentence, tuple(shapes))


def verdict_bar(found: Exactness) -> Drawing:
    """Samples by how far the board's output is from the oracle's: equal, one LSB off, further off."""
    width, total = 320.0, found.samples or 1
    parts = (
        ("good", found.exact, "equal in every byte"),
        ("near", found.within_one - found.exact, "off by one LSB at most"),
        ("bad", found.samples - found.within_one, "further off"),
    )
    shapes: list[Shape] = [Rect(0, 0, width, 10, "track")]
    start = 0.0
    for role, count, meaning in parts:
        if count:
            wide = max(2.0, width * count / total)
            shapes.append(Rect(min(start, width - wide), 0, wide, 10, role, f"{count} {meaning}"))
            start += width * count / total
    alt = ", ".join(f"{count} {meaning}" for _, count, meaning in parts)
    return Drawing(width, 10, f"Outputs against {found.oracle}", alt, tuple(shapes))
