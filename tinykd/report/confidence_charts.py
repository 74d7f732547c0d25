"""Confidence as pictures: what is right against what was believed, and what is right of what is answered."""

from tinykd.report.axis import ChartAxis, percent
from tinykd.report.confidence import Answered, AnswerThreshold, Confidence
from tinykd.report.drawing import Dot, Drawing, Label, Polyline, Rect, Shape, nice_ticks

WIDTH, HEIGHT = 300.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 12.0, 40.0
_NARROWEST = 0.02  # of the accuracies that the second picture spans


def reliability(found: Confidence) -> Drawing:
    """A bar for each bin of confidence, as high as its answers are right; they agree on the diagonal."""
    x, y = _axes((0.0, 1.0), (0.0, 1.0))
    shapes = _grid(x, y, "confidence")
    for each in found.bins:
        if each.accuracy is None or each.confidence is None:
            continue
        left, right = x(each.low) + 1, x(each.high) - 1
        hint = f"{each.samples} samples: confidence {each.confidence:.3f}, {percent(each.accuracy)} right"
        top = min(y(each.accuracy), y.start - 1)
        shapes.append(Rect(left, top, right - left, y.start - top, "tflite", hint, 0.75))
    shapes.append(Polyline(((x(0.0), y(0.0)), (x(1.0), y(1.0))), "muted", 1.2, dashed=True))
    alt = f"Expected calibration error {100 * found.error:.1f} points; {_said(found)}."
    return Drawing(WIDTH, HEIGHT, "What is right against confidence", alt, tuple(shapes))


def _said(found: Confidence) -> str:
    full = [each for each in found.bins if each.accuracy is not None]
    return ", ".join(f"{percent(b.accuracy or 0)} right from {b.low:g} to {b.high:g}" for b in full)


def coverage_curve(found: Confidence) -> Drawing:
    """What is right of the test samples that are answered, against their share; the dot: the threshold."""
    shown = [each for each in found.curve if each.answered]
    low = min(1.0 - _NARROWEST, *(each.accuracy for each in shown)) if shown else 0.0
    x, y = _axes((0.0, 1.0), (low, 1.0))
    shapes = _grid(x, y, "share answered")
    line = tuple((x(each.coverage), y(each.accuracy)) for each in shown)
    shapes += [Polyline(line, "tflite", 1.8)] if line else []
    shapes += _chosen(found.threshold, x, y) if found.threshold else []
    alt = f"All answered: {_right(shown[0])}." if shown else "Nothing is answered."
    if found.threshold:
        alt += f" From a confidence of {found.threshold.confidence:g}: {_right(found.threshold.test)}."
    return Drawing(WIDTH, HEIGHT, "What is right of what is answered", alt, tuple(shapes))


def _right(each: Answered) -> str:
    return f"{each.right} of {each.answered} right"


def _chosen(found: AnswerThreshold, x: ChartAxis, y: ChartAxis) -> list[Shape]:
    across, up = x(found.test.coverage), y(found.test.accuracy)
    low, high = found.test.interval
    hint = f"threshold {found.confidence:g}: {_right(found.test)}"
    return [
        Polyline(((across, y(low)), (across, y(high))), "bad", 1.4),
        Rect(across - 5, up - 5, 10, 10, "panel", hint, 0.01),
        Dot(across, up, 3.6, "bad"),
    ]


def _axes(across: tuple[float, float], up: tuple[float, float]) -> tuple[ChartAxis, ChartAxis]:
    return ChartAxis(*across, LEFT, WIDTH - RIGHT), ChartAxis(*up, HEIGHT - BOTTOM, TOP)


def _grid(x: ChartAxis, y: ChartAxis, below: str) -> list[Shape]:
    shapes: list[Shape] = []
    digits = 0 if y.high - y.low > 0.1 else 1
    for tick in nice_ticks(y.low, y.high, 5):
        shapes.append(Polyline(((x.start, y(tick)), (x.end, y(tick))), "grid"))
        shapes.append(Label(x.start - 5, y(tick) + 3.5, f"{100 * tick:.{digits}f} %", "muted", "end", 9.5))
    for tick in nice_ticks(x.low, x.high, 5):
        shapes.append(Label(x(tick), y.start + 13, f"{tick:g}", "muted", "middle", 9.5))
    shapes.append(Label(x.end, y.start + 28, below, "muted", "end", 9.5))
    return shapes
