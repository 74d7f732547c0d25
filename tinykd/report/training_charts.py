"""Charts of training and its result: curves by epoch, the confusion matrix. Pure placement."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tinykd.errors import one_line
from tinykd.report.axis import ChartAxis, percent
from tinykd.report.drawing import Anchor, Dot, Drawing, Label, Polyline, Rect, Shape, fitted, nice_ticks
from tinykd.report.ladder_charts import accuracy_floor
from tinykd.report.model import Confusion, Curve

STRONG_SHARE = 0.3  # of a class: what is above it stands in a full cell of the confusion matrix
CURVE_ROLES = {
    "teacher": "teacher",
    "baseline": "baseline",
    "student": "student",
    "tuned": "tuned",
    "qat": "qat",
}


def accuracy_curves(curves: Sequence[Curve], figure: str = "") -> Drawing:
    """Validation accuracy, or ``figure``, of all models over one another; cut below where training starts."""
    width, height = 520.0, 250.0
    rate = "{:.4g}".format if figure else _percentage
    last = f"{figure} {{:.4f}}".format if figure else percent
    values = sorted(v for curve in curves for v in curve.val_accuracy)
    floor = accuracy_floor(values[len(values) // 5 :])
    epochs = max((curve.epoch[-1] for curve in curves if curve.epoch), default=1)
    x, y = ChartAxis(1, max(epochs, 2), 38, width - 10), ChartAxis(floor, 1.0, height - 42, 12)
    shapes: list[Shape] = [*_grid(x, y, rate, height)]
    for curve in curves:
        role = CURVE_ROLES.get(curve.name, "s0")
        start = next((i for i, v in enumerate(curve.val_accuracy) if v >= floor), len(curve.epoch))
        seen = slice(max(0, start - 1), None)  # from the last epoch below the picture, held at its edge
        if len(curve.epoch[seen]) > 1:
            shapes.append(_curve_line(x, y, curve.epoch[seen], curve.val_accuracy[seen], role))
            shapes += _kept(x, y, curve, role)
    shapes += _legend([(c.name, CURVE_ROLES.get(c.name, "s0")) for c in curves], 38, height - 6)
    ends = ", ".join(_ends(c, last) for c in curves if c.val_accuracy)
    title = f"{figure} on validation by epoch" if figure else "Validation accuracy by epoch"
    return Drawing(width, height, title, ends, tuple(shapes))


def _ends(curve: Curve, rate: Callable[[float], str]) -> str:
    """Where ``curve`` ends, and what was kept of it."""
    end = f"{curve.name} ends at {rate(curve.val_accuracy[-1])}"
    if curve.best is None or not 0 < curve.best < len(curve.epoch):
        return end
    return f"{end} (kept: epoch {curve.best}, {rate(curve.val_accuracy[curve.best - 1])})"


def _kept(x: ChartAxis, y: ChartAxis, curve: Curve, role: str) -> list[Shape]:
    """A dot at the epoch whose weights were kept."""
    if curve.best is None or not 0 < curve.best <= len(curve.epoch):
        return []
    return [Dot(x(curve.best), y(curve.val_accuracy[curve.best - 1]), 3.2, role)]


def _percentage(value: float) -> str:
    return f"{100 * value:.4g} %"


def loss_curve(curve: Curve) -> Drawing:
    """One model's training loss on its own scale; losses of different models are different functions."""
    width, height = 250.0, 120.0
    top = max(curve.loss, default=1.0) or 1.0
    last = curve.epoch[-1] if curve.epoch else 1
    x, y = ChartAxis(1, max(last, 2), 34, width - 8), ChartAxis(0.0, top, height - 20, 22)
    role = CURVE_ROLES.get(curve.name, "s0")
    shapes: list[Shape] = [
        *_grid(x, y, lambda v: f"{v:.3g}", height, 3),
        Label(34, 12, curve.name, role, bold=True),
    ]
    if len(curve.epoch) > 1:
        shapes.append(_curve_line(x, y, curve.epoch, curve.loss, role))
    alt = f"from {curve.loss[0]:.3g} to {curve.loss[-1]:.3g} in {last} epochs" if curve.loss else "no epochs"
    return Drawing(width, height, f"Training loss of {curve.name}", alt, tuple(shapes))


def _curve_line(x: ChartAxis, y: ChartAxis, xs: Sequence[int], ys: Sequence[float], role: str) -> Polyline:
    return Polyline(tuple((x(a), y(b)) for a, b in zip(xs, ys, strict=True)), role, 1.8)


def _grid(
    x: ChartAxis, y: ChartAxis, text: Callable[[float], str], height: float, rows: int = 5
) -> list[Shape]:
    """Horizontal lines with labels at the left, epoch numbers below the plot."""
    shapes: list[Shape] = []
    for tick in nice_ticks(y.low, y.high, rows):
        shapes.append(Polyline(((x.start, y(tick)), (x.end, y(tick))), "grid"))
        shapes.append(Label(x.start - 5, y(tick) + 3.5, text(tick), "muted", "end", 9.5))
    for tick in nice_ticks(x.low, x.high, rows):
        if tick == int(tick):
            anchor: Anchor = "end" if x(tick) > x.end - 6 else "middle"
            shapes.append(Label(x(tick), y.start + 14, f"{tick:.0f}", "muted", anchor, 9.5))
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
        for col in range(len(counts)):
            shapes += _cell(confusion, row, col, Rect(left + col * cell, y, cell, cell, "track"))
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


def _cell(confusion: Confusion, row: int, col: int, cell: Rect) -> list[Shape]:
    """How often ``row`` was taken for ``col``, within ``cell`` and half a unit from its edges."""
    count, total = confusion.counts[row][col], sum(confusion.counts[row]) or 1
    hint = (
        f"{one_line(confusion.labels[row])} taken for {one_line(confusion.labels[col])}: {count} of {total}"
    )
    x, y, side = cell.x, cell.y, cell.width
    inner = replace(cell, x=x + 0.5, y=y + 0.5, width=side - 1, height=side - 1, hint=hint)
    shapes: list[Shape] = [inner]
    if count:
        share = count / total
        role = "good" if row == col else "bad"
        shapes.append(replace(inner, role=role, opacity=_opacity(share)))
        if side >= 18:
            ink = "panel" if share > STRONG_SHARE else "ink"
            shapes.append(Label(x + side / 2, y + side / 2 + 4, str(count), ink, "middle", 11))
    return shapes


def _opacity(share: float) -> float:
    """Faint enough for dark figures, or strong enough for light ones: nothing between."""
    return 0.9 + 0.1 * share if share > STRONG_SHARE else 0.12 + 0.23 * (share / STRONG_SHARE) ** 0.5


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
