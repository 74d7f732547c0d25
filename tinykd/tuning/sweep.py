"""Every threshold of every class over the same recordings, and which to take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinykd.events import EventRules
from tinykd.tuning.judge import Tally
from tinykd.tuning.play import Played, tallies

OF_CLASSES = tuple(step / 50 for step in range(5, 50))  # 0.1 to 0.98
OF_ANOMALIES = tuple(step / 20 for step in range(4, 80))  # times the model's threshold: 0.2 to 3.95


@dataclass(frozen=True)
class Point:
    """One class at one threshold."""

    threshold: float
    tally: Tally


@dataclass(frozen=True)
class OperatingLimits:
    """What an operating point must keep, where any can."""

    false_alarms_per_hour: float = 1.0
    taken: float = 0.05  # share of the other marks


Curve = tuple[Point, ...]  # of one class, from the lowest threshold to the highest


def sweep(
    played: Sequence[Played], rules_at: Callable[[float], EventRules], thresholds: Sequence[float]
) -> list[Curve]:
    """A curve of each class; ``rules_at``: the rules with one threshold for all classes."""
    found = [tallies(played, rules_at(threshold)) for threshold in thresholds]
    classes = len(found[0])
    return [tuple(Point(t, row[c]) for t, row in zip(thresholds, found, strict=True)) for c in range(classes)]


def choose(curve: Curve, limits: OperatingLimits) -> Point:
    """The fewest misses within the limits; of equal ones the middle one, far from both kinds of mistake.

    Where no mark can be missed, the lowest threshold within them; where none is within, the fewest alarms.
    """
    within = [point for point in curve if _keeps(point.tally, limits)]
    if not within:
        return min(curve, key=lambda p: (p.tally.false_alarms, p.tally.taken, -p.threshold))
    if not curve[0].tally.marks:
        return within[0]
    least = min(point.tally.missed for point in within)
    best = [point for point in within if point.tally.missed == least]
    return best[len(best) // 2]


def _keeps(tally: Tally, limits: OperatingLimits) -> bool:
    is_taken = tally.others and tally.taken / tally.others > limits.taken
    return tally.per_hour <= limits.false_alarms_per_hour and not is_taken
