"""What a difference looks like: where its values stand, and what is wrong with them. No I/O.

Tensors are [..., channel], images [N, H, W, C], as in TFLite. Each rule is a sentence about all of the values
that differ; where none holds, the values are called scattered, or various.
"""

from dataclasses import dataclass
from enum import Enum
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXAMPLES = 6
BY_CHANCE = 0.2  # a region is a pattern if scattered values would lie in it less often than this
EVERYTHING = 0.9  # of the values
MOST = 0.5

Values = NDArray[Any]
Mask = NDArray[np.bool_]


class Where(Enum):
    """The place of the values that differ."""

    EVERYTHING = "everything"
    CHANNELS = "all of a channel"
    BORDERS = "borders only"
    TAIL = "the end only"
    SCATTERED = "scattered"


class What(Enum):
    """What is wrong with them."""

    OFF_BY_ONE = "off by one rounding"
    STUCK = "stuck"
    SATURATED = "saturated"
    WRAPPED = "wrapped around"
    UNCLAMPED = "not clamped"
    SHIFTED = "shifted"
    PERMUTED = "in wrong places"
    VARIOUS = "various"


@dataclass(frozen=True)
class Example:
    """One value: its index, and both answers."""

    index: tuple[int, ...]
    expected: float
    received: float


@dataclass(frozen=True)
class Pattern:
    """A difference in words and numbers."""

    where: Where
    what: What
    place: str  # "only in channel 3 of 16"
    kind: str  # "off by one: +1 in 12, -1 in 3"
    differing: int
    values: int
    max_difference: float
    examples: tuple[Example, ...]

    def __str__(self) -> str:
        return f"{self.place}; {self.kind}"


def describe(expected: Values, received: Values) -> Pattern:
    """The pattern of two tensors of one shape that are not equal."""
    wide = np.float64 if expected.dtype.kind == "f" else np.int64
    gaps = received.astype(wide) - expected.astype(wide)
    wrong = _unequal(expected, received)
    where, place = _where(wrong)
    what, kind = _what(expected[wrong], received[wrong], gaps[wrong])
    return Pattern(
        where,
        what,
        place,
        kind,
        int(wrong.sum()),
        wrong.size,
        float(np.abs(gaps).max()),
        _examples(expected, received, wrong),
    )


def _unequal(expected: Values, received: Values) -> Mask:
    """Which values have other bytes: -0.0 is not 0.0, and a true of 2 is not one of 1."""
    ours, theirs = (
        np.frombuffer(a.tobytes(), np.uint8).reshape(*a.shape, a.itemsize) for a in (expected, received)
    )
    return np.asarray((ours != theirs).any(axis=-1))


def _examples(expected: Values, received: Values, wrong: Mask) -> tuple[Example, ...]:
    places = [tuple(map(int, index)) for index in np.argwhere(wrong)[:EXAMPLES]]
    return tuple(Example(i, expected[i].item(), received[i].item()) for i in places)


def _where(wrong: Mask) -> tuple[Where, str]:
    count, size = int(wrong.sum()), wrong.size
    share = f"{count:,} of {size:,} values"
    if count >= EVERYTHING * size:
        return Where.EVERYTHING, f"everything: {share}"
    for rule in (_channels, _borders, _tail):
        found = rule(wrong)
        if found:
            return found[0], f"{found[1]}: {share}"
    if count >= MOST * size:
        return Where.EVERYTHING, f"most of it: {share}"
    return Where.SCATTERED, f"scattered: {share}"


def _channels(wrong: Mask) -> tuple[Where, str] | None:
    """Few channels, and in each many: scattered values would spread over more."""
    if wrong.ndim < 2 or wrong.shape[-1] < 2 or wrong.size == wrong.shape[-1]:
        return None
    channels = wrong.shape[-1]
    (hit,) = np.nonzero(wrong.reshape(-1, channels).any(axis=0))
    if (len(hit) / channels) ** (int(wrong.sum()) - len(hit)) >= BY_CHANCE or len(hit) > channels // 2:
        return None
    names = ", ".join(map(str, hit[:8])) + (", …" if len(hit) > 8 else "")
    return Where.CHANNELS, f"only in channel{'s' if len(hit) > 1 else ''} {names} of {channels}"


def _borders(wrong: Mask) -> tuple[Where, str] | None:
    """Only the outermost rows and columns of images."""
    if wrong.ndim != 4 or min(wrong.shape[1:3]) < 3:
        return None
    pixels: Mask = np.asarray(wrong.any(axis=(0, 3)))  # (H, W)
    inside, hit = (pixels.shape[0] - 2) * (pixels.shape[1] - 2), int(pixels.sum())
    if pixels[1:-1, 1:-1].any() or comb(pixels.size - inside, hit) / comb(pixels.size, hit) >= BY_CHANCE:
        return None
    return Where.BORDERS, f"only at the {' and '.join(_edges(pixels))} border"


def _edges(pixels: Mask) -> list[str]:
    """The fewest edges that hold all, the fullest first."""
    left = pixels.copy()
    edges: dict[str, Any] = {
        "top": np.s_[0, :],
        "bottom": np.s_[-1, :],
        "left": np.s_[:, 0],
        "right": np.s_[:, -1],
    }
    names: list[str] = []
    while left.any():
        fullest = max(edges, key=lambda name: int(left[edges[name]].sum()))
        names.append(fullest)
        left[edges[fullest]] = False
    return names


def _tail(wrong: Mask) -> tuple[Where, str] | None:
    """A block at the end, nearly all of it."""
    flat = wrong.reshape(-1)
    start = int(flat.argmax())
    length = flat.size - start
    if length > flat.size // 2 or flat[start:].mean() < EVERYTHING or length < 2:
        return None
    return Where.TAIL, f"only the last {length:,} values"


def _what(expected: Values, received: Values, gaps: Values) -> tuple[What, str]:
    """Of the values that differ: (count,) each."""
    low, high = _rails(expected.dtype)
    if len(gaps) > 1 and len(np.unique(received)) == 1 and len(np.unique(expected)) > 1:
        value = received[0].item()
        if value not in (low, high):
            return What.STUCK, f"stuck at {value}"
    if _mostly(np.isin(expected, (low, high)) & ((expected < 0) != (received < 0))):
        return What.WRAPPED, f"wrapped around at {low} or {high} where it saturates"
    if np.abs(gaps).max() == 1:
        up, down = int((gaps > 0).sum()), int((gaps < 0).sum())
        return What.OFF_BY_ONE, f"off by one: +1 in {up:,}, -1 in {down:,}"
    if _mostly(np.isin(received, (low, high))):
        rails = " and ".join(str(value) for value in (low, high) if value in received)
        return What.SATURATED, f"saturated at {rails}"
    if len(gaps) > 1 and len(np.unique(expected)) == 1 and len(np.unique(np.sign(gaps))) == 1:
        side = "below" if gaps[0] < 0 else "above"
        return What.UNCLAMPED, f"{side} {expected[0].item()}, where it is clamped"
    values, counts = np.unique(gaps, return_counts=True)
    if len(gaps) > 1 and _mostly(gaps == values[counts.argmax()]):
        return What.SHIFTED, f"shifted by {values[counts.argmax()]:+}"
    if len(gaps) > 3 and np.array_equal(np.sort(expected), np.sort(received)):
        return What.PERMUTED, "the right values in wrong places"
    return What.VARIOUS, f"by up to {np.abs(gaps).max():,}"


def _mostly(holds: Mask) -> bool:
    return bool(holds.mean() >= EVERYTHING)


def _rails(dtype: np.dtype[Any]) -> tuple[float, float]:
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return int(limits.min), int(limits.max)
    return -np.inf, np.inf
