"""Pictures as values: shapes with roles, in points, drawn as SVG (by Jinja) or PNG (by matplotlib).

A role is a CSS class and a colour of ``PALETTE``; so one picture follows the light and the dark page, print
and PNG. Charts (``*_charts.py``) only place shapes; they know no colour and no file.
"""

from dataclasses import dataclass
from typing import Literal

# role: (light, dark), those of text and series at 4.5 to 1 against the panel or more (WCAG 2.2 AA).
# "s…" are the series of a chart in the order they are used.
PALETTE: dict[str, tuple[str, str]] = {
    "ink": ("#1b2430", "#e8edf3"),
    "muted": ("#5d6b7c", "#9aa8b8"),
    "grid": ("#dfe5ec", "#2c3743"),
    "panel": ("#ffffff", "#151c24"),
    "track": ("#e9eef4", "#25303c"),
    "teacher": ("#5b4bc4", "#a79bff"),
    "baseline": ("#667384", "#93a1b1"),
    "student": ("#0a769f", "#4cc3f0"),
    "pruned": ("#3f6fae", "#86b6f2"),
    "untuned": ("#0a769f", "#4cc3f0"),
    "tuned": ("#0a6a90", "#7fd6f6"),
    "ptq": ("#94631f", "#e3b36a"),
    "qat": ("#9a5800", "#f0b04a"),
    "baseline_int8": ("#667384", "#93a1b1"),
    "tflite": ("#b0377a", "#f083b8"),
    "device": ("#0f7343", "#4fd08c"),
    "good": ("#0f7343", "#4fd08c"),
    "near": ("#9a5800", "#f0b04a"),
    "bad": ("#c0342b", "#ff8078"),
    "s0": ("#2f6fb5", "#6cb2f5"),
    "s1": ("#147a67", "#55d3bb"),
    "s2": ("#94631f", "#e3b36a"),
    "s3": ("#8a55b5", "#c79bf0"),
    "s4": ("#ad4a64", "#f091a8"),
    "s5": ("#547826", "#a6d166"),
}
SERIES = ("s0", "s1", "s2", "s3", "s4", "s5")
CHAR_WIDTH = 0.6  # of the font size, on average, in the sans-serif fonts that pages fall back to

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Rect:
    """A filled box; ``hint`` is shown when a mouse rests on it."""

    x: float
    y: float
    width: float
    height: float
    role: str
    hint: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class Polyline:
    """A polyline through ``points``."""

    points: tuple[tuple[float, float], ...]
    role: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Dot:
    """A filled circle."""

    x: float
    y: float
    radius: float
    role: str


@dataclass(frozen=True)
class Label:
    """Text whose baseline starts, centres or ends at (x, y)."""

    x: float
    y: float
    text: str
    role: str = "ink"
    anchor: Anchor = "start"
    size: float = 11.0
    bold: bool = False


Shape = Rect | Polyline | Dot | Label


@dataclass(frozen=True)
class Drawing:
    """Shapes on a canvas of ``width`` x ``height`` points; ``alt`` says in words what is to be seen."""

    width: float
    height: float
    title: str
    alt: str
    shapes: tuple[Shape, ...]


def fitted(text: str, width: float, size: float = 11.0) -> str:
    """``text`` cut with an ellipsis to about ``width`` points; empty when not even three characters fit."""
    room = int(width / (CHAR_WIDTH * size))
    if len(text) <= room:
        return text
    return text[: room - 1] + "…" if room >= 3 else ""


def nice_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values (1, 2 or 5 times a power of ten apart) that lie within [low, high]."""
    from math import ceil, floor, log10

    if high <= low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)]
