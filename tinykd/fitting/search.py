"""The largest width, then depth, within a budget. Knows sizes and an answer to "does it fit?", nothing else.

Costs grow with width and with depth, so that the largest that fits is found by doubling and halving. Width
first, at the depth as published: networks lose less by width than by depth. Only if the narrowest does not
fit are layers taken away, and only if the widest fits are layers added.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

WIDTHS = tuple(step / 32 for step in range(1, 8 * 32 + 1))
MOST_LAYERS = 32


class Size(NamedTuple):
    """Of a network; None is as published."""

    width: float
    depth: int | None

    def __str__(self) -> str:
        return f"width {self.width:g}" + (f", depth {self.depth}" if self.depth is not None else "")


Fits = Callable[[Size], bool]


def largest(fits: Fits, published: int | None, *, widths: bool, depths: bool) -> Size | None:
    """The largest size that ``fits``; ``widths`` and ``depths``: which may change. None: nothing fits."""
    steps = WIDTHS if widths else (1.0,)
    found = _widest(fits, steps, published)
    if not depths or published is None:
        return found
    if found is None:
        return next(
            (made for depth in range(published - 1, 0, -1) if (made := _widest(fits, steps, depth))), None
        )
    if found.width == steps[-1]:
        deeper = [Size(found.width, depth) for depth in range(published + 1, MOST_LAYERS + 1)]
        return _last(fits, deeper) or found
    return found


def smallest(published: int | None, *, widths: bool, depths: bool) -> Size:
    """What was tried last when nothing fits."""
    return Size(WIDTHS[0] if widths else 1.0, 1 if depths and published is not None else published)


def _widest(fits: Fits, widths: Sequence[float], depth: int | None) -> Size | None:
    return _last(fits, [Size(width, depth) for width in widths])


def _last(fits: Fits, sizes: Sequence[Size]) -> Size | None:
    """The last of ``sizes`` that fits, where all before it do: doubling, then halving."""
    low, step = -1, 1
    while low + step < len(sizes) and fits(sizes[low + step]):
        low, step = low + step, 2 * step
    high = min(low + step, len(sizes))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(sizes[middle]) else (low, middle)
    return sizes[low] if low >= 0 else None
