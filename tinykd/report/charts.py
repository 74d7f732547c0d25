"""The report's charts: typed parts of the report to ``Drawing``. Pure placement, no colours, no files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinykd.errors import one_line
from tinykd.report.drawing import SERIES, Anchor, Dot, Drawing, Label, Line, Rect, Shape, fitted, nice_ticks
from tinykd.report.model import (
    Buffer,
    Confusion,
    Curve,
    Distillation,
    Exactness,
    Image,
    Layer,
    Plan,
    Rung,
    Section,
)

TIMES = "\N{MULTIPLICATION SIGN}"
CURVE_ROLES = {"teacher": "teacher", "baseline": "baseline", "student": "student", "qat": "qat"}


@dataclass(frozen=True)
class Axis:
    """A linear scale from [low, high] to the points [start, end]; values outside are held at the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where ``value`` lies, in points."""
        span = self.high - self.low or 1.0
        part = min(1.0, max(0.0, (value - self.low) / span))
        return self.start + part * (self.end - self.start)


def accuracy_floor(values: Sequence[float]) -> float:
    """A round lower end for an accuracy axis that ends at 1: a little below the least of ``values``."""
    least = min(values, default=0.0)
    for floor in (0.98, 0.95, 0.9, 0.8, 0.6):
        if least >= floor:
            return floor
    return 0.0


# --- ladder -----------------------------------------------------------------------------------------------


def ladder_axis(ladder: Sequence[Rung], width: float = 240) -> Axis:
    """The scale that all rungs share, so that their intervals can be compared by eye."""
    return Axis(accuracy_floor([rung.test.low for rung in ladder]), 1.0, 8, width - 8)


def whisker(rung: Rung, axis: Axis) -> Drawing:
    """One rung's accuracy and interval on the shared scale."""
    height, middle = 22.0, 11.0
    low, high, value = axis(rung.test.low), axis(rung.test.high), axis(rung.test.value)
    grid = [Line(((axis(t), 0), (axis(t), height)), "grid") for t in nice_ticks(axis.low, axis.high, 4)]
    caps = [Line(((x, middle - 4), (x, middle + 4)), rung_role(rung), 1.5) for x in (low, high)]
    bar = Line(((low, middle), (high, middle)), rung_role(rung), 2)
    alt = f"{percent(rung.test.value)}, interval {percent(rung.test.low)} to {percent(rung.test.high)}"
    shapes: tuple[Shape, ...] = (*grid, bar, *caps, Dot(value, middle, 4.5, rung_role(rung)))
    return Drawing(axis.end + 8, height, rung.title, alt, shapes)


def ladder_scale(axis: Axis) -> Drawing:
    """The tick labels above the rungs."""
    ticks = nice_ticks(axis.low, axis.high, 4)
    labels = [Label(axis(t), 11, f"{100 * t:.4g}", "muted", _end_anchor(t, axis), 10) for t in ticks]
    return Drawing(axis.end + 8, 14, "Scale", f"{percent(axis.low)} to {percent(axis.high)}", tuple(labels))


def _end_anchor(tick: float, axis: Axis) -> Anchor:
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
    x = Axis(-reach, reach, 10, width - 10)
    role = {"helped": "good", "hurt": "bad"}.get(found.verdict, "muted")
    ends = [x(found.low_points), x(found.high_points)]
    ticks = nice_ticks(-reach, reach, 6)
    shapes: list[Shape] = [Line(((x(t), 4), (x(t), 32)), "grid") for t in ticks]
    shapes.append(Line(((x(0), 0), (x(0), 36)), "ink", 1.2))
    shapes.append(Line(((ends[0], middle), (ends[1], middle)), role, 2.5))
    shapes += [Line(((end, middle - 5), (end, middle + 5)), role, 2) for end in ends]
    shapes.append(Dot(x(found.difference_points), middle, 5.5, role))
    shapes += [
        Label(x(t), 46, f"{t:+g}" if t else "0", "muted", "middle", 10) for t in nice_ticks(-reach, reach, 6)
    ]
    shapes.append(Label(10, 57, "baseline better", "muted", "start", 10))
    shapes.append(Label(width - 10, 57, "student better, points", "muted", "end", 10))
    return Drawing(width, height + 4, "Student minus baseline", found.sentence, tuple(shapes))


# --- sizes and memories -----------------------------------------------------------------------------------


def size_bars(ladder: Sequence[Rung]) -> Drawing:
    """Bytes of each step that stores any, on one linear scale, with how many times smaller it is."""
    rungs = [rung for rung in ladder if rung.bytes is not None and rung.step != "baseline"]
    width, left, row = 520.0, 172.0, 26.0
    x = Axis(0, max((rung.bytes or 0) for rung in rungs), left, width - 128)
    shapes: list[Shape] = []
    for index, rung in enumerate(rungs):
        y, size = index * row, rung.bytes or 0
        ratio = (
            f" · {rung.compression:.1f}{TIMES} smaller" if rung.compression and rung.step != "teacher" else ""
        )
        title = f"{rung.title} (flash)" if rung.step == "device" else rung.title
        shapes.append(Label(left - 8, y + 17, fitted(title, left - 8), "ink", "end"))
        shapes.append(
            Rect(left, y + 6, max(1.5, x(size) - left), row - 11, rung_role(rung), f"{size:,} bytes")
        )
        shapes.append(Label(max(left + 1.5, x(size)) + 6, y + 17, f"{size:,}{ratio}", "muted", size=10))
    alt = ", ".join(f"{rung.title} {rung.bytes:,} bytes" for rung in rungs)
    return Drawing(width, row * len(rungs) + 4, "Bytes at each step", alt, tuple(shapes))


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


def memory_bars(image: Image) -> Drawing:
    """Flash and RAM: what is used of the budget (thin bar), and what uses it (thick bar, its own scale)."""
    width, shapes, alts = 320.0, list[Shape](), []
    rows = (("Flash", image.flash_bytes, image.flash_budget), ("RAM", image.ram_bytes, image.ram_budget))
    for index, (name, used, budget) in enumerate(rows):
        y = index * 54.0
        share = f" of {budget:,} ({100 * used / budget:.1f} %)" if budget else ""
        shapes.append(Label(0, y + 12, name, "ink", bold=True))
        shapes.append(Label(width, y + 12, f"{used:,} bytes{share}", "muted", "end", 10.5))
        if budget:
            over = used > budget
            shapes.append(Rect(0, y + 18, width, 4, "track"))
            shapes.append(
                Rect(0, y + 18, min(width, max(1.5, width * used / budget)), 4, "bad" if over else "good")
            )
        sections = [s for s in image.sections if (s.flash if name == "Flash" else s.ram)]
        shapes += _section_boxes(sections, y + 26, width)
        alts.append(f"{name} {used} bytes{share}")
    return Drawing(width, 104, "Flash and RAM", "; ".join(alts), tuple(shapes))


def _section_boxes(sections: Sequence[Section], y: float, width: float) -> list[Shape]:
    total, x = sum(section.bytes for section in sections) or 1, 0.0
    shapes: list[Shape] = []
    for index, section in enumerate(sections):
        wide = width * section.bytes / total
        name = one_line(section.name)
        shapes.append(
            Rect(
                x, y, max(0.5, wide - 1), 18, SERIES[index % len(SERIES)], f"{name}: {section.bytes:,} bytes"
            )
        )
        if text := fitted(f"{name} {section.bytes:,}", wide - 8, 9.5):
            shapes.append(Label(x + 4, y + 13, text, "panel", size=9.5))
        x += wide
    return shapes


# --- training curves --------------------------------------------------------------------------------------


def accuracy_curves(curves: Sequence[Curve]) -> Drawing:
    """Validation accuracy of all models over one another; cut below where training merely starts."""
    width, height = 520.0, 250.0
    values = sorted(v for curve in curves for v in curve.val_accuracy)
    floor = accuracy_floor(values[len(values) // 5 :])
    epochs = max((curve.epoch[-1] for curve in curves if curve.epoch), default=1)
    x, y = Axis(1, max(epochs, 2), 38, width - 10), Axis(floor, 1.0, height - 42, 12)
    shapes: list[Shape] = [*_grid(x, y, lambda v: f"{100 * v:.4g} %", height)]
    for curve in curves:
        role = CURVE_ROLES.get(curve.name, "s0")
        start = next((i for i, v in enumerate(curve.val_accuracy) if v >= floor), len(curve.epoch))
        seen = slice(max(0, start - 1), None)  # from the last epoch below the picture, held at its edge
        if len(curve.epoch[seen]) > 1:
            shapes.append(_curve_line(x, y, curve.epoch[seen], curve.val_accuracy[seen], role))
    shapes += _legend([(c.name, CURVE_ROLES.get(c.name, "s0")) for c in curves], 38, height - 6)
    ends = ", ".join(f"{c.name} ends at {percent(c.val_accuracy[-1])}" for c in curves if c.val_accuracy)
    return Drawing(width, height, "Validation accuracy by epoch", ends, tuple(shapes))


def loss_curve(curve: Curve) -> Drawing:
    """One model's training loss on its own scale; losses of different models are different functions."""
    width, height = 250.0, 120.0
    top = max(curve.loss, default=1.0) or 1.0
    last = curve.epoch[-1] if curve.epoch else 1
    x, y = Axis(1, max(last, 2), 34, width - 8), Axis(0.0, top, height - 20, 22)
    role = CURVE_ROLES.get(curve.name, "s0")
    shapes: list[Shape] = [
        *_grid(x, y, lambda v: f"{v:.3g}", height, 3),
        Label(34, 12, curve.name, role, bold=True),
    ]
    if len(curve.epoch) > 1:
        shapes.append(_curve_line(x, y, curve.epoch, curve.loss, role))
    alt = f"from {curve.loss[0]:.3g} to {curve.loss[-1]:.3g} in {last} epochs" if curve.loss else "no epochs"
    return Drawing(width, height, f"Training loss of {curve.name}", alt, tuple(shapes))


def _curve_line(x: Axis, y: Axis, xs: Sequence[int], ys: Sequence[float], role: str) -> Line:
    return Line(tuple((x(a), y(b)) for a, b in zip(xs, ys, strict=True)), role, 1.8)


def _grid(x: Axis, y: Axis, text: Callable[[float], str], height: float, rows: int = 5) -> list[Shape]:
    """Horizontal lines with labels at the left, epoch numbers below the plot."""
    shapes: list[Shape] = []
    for tick in nice_ticks(y.low, y.high, rows):
        shapes.append(Line(((x.start, y(tick)), (x.end, y(tick))), "grid"))
        shapes.append(Label(x.start - 5, y(tick) + 3.5, text(tick), "muted", "end", 9.5))
    for tick in nice_ticks(x.low, x.high, rows):
        if tick == int(tick):
            shapes.append(Label(x(tick), y.start + 14, f"{tick:.0f}", "muted", "middle", 9.5))
    return shapes


def _legend(entries: Sequence[tuple[str, str]], x: float, y: float) -> list[Shape]:
    shapes: list[Shape] = []
    for name, role in entries:
        shapes += [Rect(x, y - 8, 14, 4, role), Label(x + 19, y, name, "ink", size=11)]
        x += 34 + 6.5 * len(name)
    return shapes


# --- confusion matrix -------------------------------------------------------------------------------------


def confusion_matrix(confusion: Confusion) -> Drawing:
    """Rows are the true classes, columns the predicted ones; right answers green, mistakes red."""
    n = max(1, len(confusion.labels))
    cell = max(9.0, min(34.0, 420.0 / n))
    names, columns = _class_names(confusion.labels, cell)
    left = 26.0 + 6.4 * max((len(name) for name in names), default=1)
    top = 28.0
    shapes: list[Shape] = [Label(left + n * cell / 2, 12, "predicted", "muted", "middle", 10)]
    for row, counts in enumerate(confusion.counts):
        y = top + row * cell
        shapes.append(Label(left - 6, y + cell / 2 + 4, names[row], "ink", "end", min(11.0, cell)))
        for col, count in enumerate(counts):
            shapes += _cell(confusion, row, col, count, left + col * cell, y, cell)
    shapes += [
        Label(left + (i + 0.5) * cell, 24, name, "ink", "middle", 10) for i, name in enumerate(columns)
    ]
    title, side = "Confusion matrix of the .tflite on the test split", n * cell + 4
    return Drawing(left + side, top + side, title, _confusion_alt(confusion), tuple(shapes))


def _class_names(labels: Sequence[str], cell: float) -> tuple[list[str], list[str]]:
    """What stands before the rows and above the columns: names where they fit, else numbers."""
    names = [fitted(one_line(label), 96) for label in labels]
    if all(len(name) * 6.4 <= cell for name in names):
        return names, names
    numbers = [str(i) for i in range(len(names))]
    rows = [f"{name} {number}" for name, number in zip(names, numbers, strict=True)]
    return rows, numbers if cell >= 14 else []


def _cell(
    confusion: Confusion, row: int, col: int, count: int, x: float, y: float, cell: float
) -> list[Shape]:
    total = sum(confusion.counts[row]) or 1
    hint = (
        f"{one_line(confusion.labels[row])} taken for {one_line(confusion.labels[col])}: {count} of {total}"
    )
    shapes: list[Shape] = [Rect(x + 0.5, y + 0.5, cell - 1, cell - 1, "track", hint)]
    if count:
        role = "good" if row == col else "bad"
        shapes.append(
            Rect(x + 0.5, y + 0.5, cell - 1, cell - 1, role, hint, 0.25 + 0.6 * (count / total) ** 0.5)
        )
        if cell >= 18:
            strong = count / total > 0.3
            shapes.append(
                Label(x + cell / 2, y + cell / 2 + 4, str(count), "panel" if strong else "ink", "middle", 11)
            )
    return shapes


def _confusion_alt(confusion: Confusion) -> str:
    wrong = [
        (count, row, col)
        for row, counts in enumerate(confusion.counts)
        for col, count in enumerate(counts)
        if row != col and count
    ]
    if not wrong:
        return "no mistakes"
    worst = sorted(wrong, reverse=True)[:3]
    pairs = ", ".join(
        f"{one_line(confusion.labels[r])} for {one_line(confusion.labels[c])} {n}" for n, r, c in worst
    )
    return f"{sum(n for n, _, _ in wrong)} mistakes; the most frequent: {pairs}"


# --- memory plan ------------------------------------------------------------------------------------------


def memory_plan(plan: Plan) -> Drawing:
    """Buffers as boxes: from their first to their last step across, from lowest to highest address up."""
    width, height, left, top = 680.0, 320.0, 64.0, 14.0
    steps = max((buffer.last for buffer in plan.buffers), default=0) + 1
    peak = max([plan.arena_bytes, *(b.offset + b.bytes for b in plan.buffers)]) or 1
    x, y = Axis(0, steps, left, width - 10), Axis(0, peak, height - 44, top)
    shapes: list[Shape] = []
    for tick in nice_ticks(0, peak, 5):
        shapes.append(Line(((left, y(tick)), (x.end, y(tick))), "grid"))
        shapes.append(Label(left - 6, y(tick) + 3.5, f"{tick:,.0f}", "muted", "end", 9.5))
    for step in range(0, steps, max(1, steps // 24)):
        shapes.append(Label(x(step + 0.5), y.start + 14, str(step), "muted", "middle", 9.5))
    shapes.append(Label((left + x.end) / 2, y.start + 30, "step of the program", "muted", "middle", 10))
    for index, buffer in enumerate(plan.buffers):
        shapes += _buffer_box(buffer, x, y, SERIES[index % len(SERIES)])
    shapes.append(Line(((left, y(plan.arena_bytes)), (x.end, y(plan.arena_bytes))), "ink", 1.2, dashed=True))
    if plan.lower_bound_bytes < plan.arena_bytes:
        bound = y(plan.lower_bound_bytes)
        shapes.append(Line(((left, bound), (x.end, bound)), "muted", 1.0, dashed=True))
    alt = (
        f"{len(plan.buffers)} buffers over {steps} steps in an arena of {plan.arena_bytes} bytes; "
        f"no plan without overlaps can take less than {plan.lower_bound_bytes} bytes"
    )
    return Drawing(width, height, "Arena: lifetimes across, addresses up", alt, tuple(shapes))


def _buffer_box(buffer: Buffer, x: Axis, y: Axis, role: str) -> list[Shape]:
    left, right = x(buffer.first) + 1, x(buffer.last + 1) - 1
    top, bottom = y(buffer.offset + buffer.bytes), y(buffer.offset)
    name = one_line(buffer.name)
    hint = f"{name}: {buffer.bytes} bytes at {buffer.offset}, steps {buffer.first} to {buffer.last}"
    shapes: list[Shape] = [Rect(left, top + 0.5, right - left, max(1.0, bottom - top - 1), role, hint, 0.88)]
    if bottom - top >= 14 and (text := fitted(name, right - left - 8, 10)):
        shapes.append(Label(left + 5, min(bottom - 4, top + 13), text, "panel", size=10))
    if bottom - top >= 28 and (text := fitted(f"{buffer.bytes:,} B", right - left - 8, 10)):
        shapes.append(Label(left + 5, top + 25, text, "panel", size=10))
    return shapes


# --- per-layer profile ------------------------------------------------------------------------------------


def profile_bars(layers: Sequence[Layer], unit: str) -> Drawing:
    """Ticks of each layer as bars, in the order they run, with the share of the whole."""
    row, left, width = 22.0, 160.0, 560.0
    ticks = [layer.ticks or 0.0 for layer in layers]
    total, top = sum(ticks) or 1.0, max(ticks, default=1.0) or 1.0
    x = Axis(0, top, left, width - 182)
    shapes: list[Shape] = []
    for index, (layer, value) in enumerate(zip(layers, ticks, strict=True)):
        y = 4 + index * row
        hint = f"{one_line(layer.name)} ({layer.kernel}): {value:,.0f} {unit}, {layer.macs:,} MACs"
        shapes.append(Label(left - 8, y + 14, fitted(one_line(layer.name), left - 12), "ink", "end"))
        shapes.append(Rect(left, y + 3, max(1.0, x(value) - left), row - 7, "student", hint))
        shapes.append(Label(x(value) + 6, y + 14, _profile_text(value, total, layer.macs), "muted", size=10))
    alt = ", ".join(
        f"{one_line(la.name)} {100 * v / total:.0f} %" for la, v in zip(layers, ticks, strict=True)
    )
    return Drawing(
        width, 10 + row * max(1, len(layers)), f"{unit.capitalize()} per layer", alt, tuple(shapes)
    )


def _profile_text(value: float, total: float, macs: int) -> str:
    per_mac = f" · {value / macs:.2f}/MAC" if macs else ""
    return f"{value:,.0f} · {100 * value / total:.1f} %{per_mac}"


def percent(rate: float) -> str:
    """``0.98214`` as ``98.21 %``."""
    return f"{100 * rate:.2f} %"
