"""Timestamps of a recording: in what unit they are, where they have gaps, how often was measured.

Numbers (since boot or since 1970; seconds to nanoseconds) or dates and times as text. The unit is the one
that the column's name says, else that of the numbers' size, else the one that makes a rate that sensors have.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
NAMES = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
_UNIT_WORDS = {
    "s": "s sec secs second seconds sekunden",
    "ms": "ms msec millis milli millisecond milliseconds millisekunden",
    "us": "us µs μs usec micros micro microsecond microseconds",
    "ns": "ns nsec nanos nano nanosecond nanoseconds",
}
_SINCE_1970 = (5e8, 5e9)  # seconds, from 1985 to 2128
_USUAL_STEP = {"s": (5e-4, 0.2), "ms": (0.5, 200.0), "us": (500.0, 2e5), "ns": (5e5, 2e8)}  # 5 to 2,000 Hz
_WRAPS = (2.0**32, 2.0**16, 86_400.0, 2.0**32 / 1000)  # of counters; midnight; micros() / 1000.0
BACK = 0.3  # the share of steps back from which on rows are in no order
_GAP = 2.5  # usual steps
_DATES = (
    "%d.%m.%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d-%m-%Y %H:%M:%S",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%H:%M:%S",
    "%I:%M:%S %p",
)


def seconds_of_dates(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """Dates, or times of the day, as seconds; None where they are none."""
    first = next(iter(cells), "")
    if not re.search(r"\d", first) or not re.search(r"\d[-/.:]\d", first):
        return None
    try:
        return np.array([_seconds(cell) for cell in cells], np.float64)
    except ValueError:
        return None


def _seconds(cell: str) -> float:
    """Of one; fractions after a point, a comma, or a third colon."""
    text = re.sub(r"(\d\d:\d\d:\d\d)[:,](\d)", r"\1.\2", cell.strip())
    text = re.sub(r"^(\d{4})/(\d\d?)/", r"\1-\2-", text)
    fraction = re.search(r":\d\d(\.\d+)", text)
    whole = text.replace(fraction[1], "", 1) if fraction else text
    return _moment(whole) + (float(fraction[1]) if fraction else 0.0)


def _moment(text: str) -> float:
    try:
        return (datetime.fromisoformat(text).replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()
    except ValueError:
        pass
    for form in _DATES:
        try:
            return (datetime.strptime(text, form) - datetime(1970, 1, 1)).total_seconds()
        except ValueError:
            continue
    raise ValueError(text)


@dataclass(frozen=True)
class Clock:
    """Where a recording is cut, and how long its steps are in the column's own unit."""

    cuts: NDArray[np.int64]  # rows that come after a gap, or after time went back
    steps: int  # those that are no gaps, up to the last that is none of 0: rows may share a stamp
    duration: float  # of these together
    back: int  # how often time went back, a counter's running over apart

    @property
    def step(self) -> float:
        """The mean one; 0 where there is none."""
        return self.duration / self.steps if self.steps else 0.0

    @classmethod
    def of(cls, ticks: NDArray[np.float64], starts: frozenset[int] = frozenset()) -> "Clock":
        """``ticks``: of each row; ``starts``: rows that begin a new recording anyway."""
        steps = np.diff(ticks)
        known = np.array([i - 1 for i in starts if 0 < i < len(ticks)], np.int64)
        inside = np.ones(len(steps), bool)
        inside[known] = False
        usual = _usual(steps[inside])
        steps = np.where(inside, _unwrapped(steps, usual), steps)
        cut = (steps < 0) | (steps > _GAP * usual) if usual > 0 else steps < 0
        back = int(np.count_nonzero(inside & (steps < 0)))
        stretches = np.split(steps, np.flatnonzero(cut | ~inside))
        kept = [np.trim_zeros(each[i > 0 :], "b") for i, each in enumerate(stretches)]
        counts, sums = sum(map(len, kept)), sum(float(each.sum()) for each in kept)
        return cls(np.flatnonzero(cut & inside) + 1, counts, sums, back)


def _usual(steps: NDArray[np.float64]) -> float:
    """A step that three in four do not pass; of several rows with one stamp, from stamp to stamp."""
    forward = steps[steps > 0]
    return float(np.quantile(forward, 0.75)) if len(forward) else 0.0


def _unwrapped(steps: NDArray[np.float64], usual: float) -> NDArray[np.float64]:
    """Steps over the end of a counter, as if it went on."""
    found = steps.copy()
    for wrap in _WRAPS:
        over = (found < -wrap / 2) & (found + wrap >= 0) & (found + wrap <= _GAP * usual)
        found[over] += wrap
    return found


def unit_of_name(name: str) -> str | None:
    """``time (ms)``, ``millis``, ``seconds_elapsed``, ``t_us``."""
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name))]
    found = [unit for unit, texts in _UNIT_WORDS.items() if set(words) & set(texts.split())]
    return found[0] if len(found) == 1 else None


def unit_of_values(first: float) -> str | None:
    """Of what counts since 1970, by its size."""
    low, high = _SINCE_1970
    return next((unit for unit, size in UNITS.items() if low <= first * size < high), None)


def unit_of_step(step: float, rate_hz: float | None) -> str | None:
    """The one that gives ``rate_hz``, to a tenth, or else a rate that sensors have."""
    if step <= 0:
        return None
    if rate_hz is not None:
        near = min(UNITS, key=lambda unit: abs(np.log(step * UNITS[unit] * rate_hz)))
        return near if abs(step * UNITS[near] * rate_hz - 1) < 0.5 else None
    return next((unit for unit, (low, high) in _USUAL_STEP.items() if low <= step <= high), None)
