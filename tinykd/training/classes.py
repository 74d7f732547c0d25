"""Right answers class by class: balanced accuracy, and whether a model knows more than which class is common.

Where classes are uneven, accuracy flatters: of 95 : 5 the commonest class alone has 95 % right. Balanced
accuracy, the mean over the classes of what is right of each (Brodersen et al., The Balanced Accuracy and Its
Posterior Distribution, 2010), gives the same to whoever names one class only: 1 / classes. No NumPy here.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt

from tinykd.intervals import Z95, Interval, wilson

UNEVEN = 1.5  # times as many samples in the commonest class as in the rarest


@dataclass(frozen=True)
class ByClass:
    """Of each class: samples there are, how many of them are right, how often it was named."""

    samples: tuple[int, ...]
    right: tuple[int, ...]
    named: tuple[int, ...]

    @property
    def commonest(self) -> int:
        """Samples of the commonest class: what always naming it gets right."""
        return max(self.samples, default=0)

    @property
    def uneven(self) -> bool:
        """Whether accuracy alone misleads."""
        return self.commonest >= UNEVEN * min(self._there, default=1)

    @property
    def balanced(self) -> float:
        """Balanced accuracy in [0, 1], over the classes that there are samples of."""
        parts = [right / count for right, count in self._pairs()]
        return sum(parts) / len(parts) if parts else 0.0

    @property
    def balanced_interval(self) -> Interval:
        """About 95 %; each class's rate is drawn to one half by two samples (Agresti and Coull, 1998)."""
        rates = [((right + 1) / (count + 2), count + 2) for right, count in self._pairs()]
        half = Z95 * sqrt(sum(p * (1 - p) / n for p, n in rates)) / max(1, len(rates))
        return Interval(max(0.0, self.balanced - half), min(1.0, self.balanced + half))

    @property
    def beats_chance(self) -> bool:
        """Whether the model separates the classes at all: all of the interval is above 1 / classes."""
        return self.balanced_interval.low > 1.0 / max(1, len(self._there))

    @property
    def never_named(self) -> tuple[int, ...]:
        """Classes that there are samples of and that are never answered."""
        return tuple(k for k, count in enumerate(self.samples) if count and not self.named[k])

    @property
    def remark(self) -> str | None:
        """What is to say of a model that is not better than naming one class."""
        words = knows_no_more(self)
        return f"{words} {COMMONEST} ({self.commonest} right)" if words else None

    def to_json(self) -> dict[str, tuple[int, ...]]:
        """As in the metrics files."""
        return asdict(self)

    @property
    def _there(self) -> Sequence[int]:
        return [count for count in self.samples if count]

    def _pairs(self) -> list[tuple[int, int]]:
        return [(right, count) for right, count in zip(self.right, self.samples, strict=True) if count]


NO_BETTER, NOT_SHOWN = "no better than", "not shown to be better than"
COMMONEST, MEAN, CHANCE = "always naming the commonest class", "always answering the mean", "chance"


def knows_no_more(found: ByClass) -> str | None:
    """How ``found`` compares with always naming the commonest class; None where it is shown to know more, and
    on samples of one class, which tell nothing.
    """
    if sum(count > 0 for count in found.samples) < 2:
        return None
    correct, total = sum(found.right), sum(found.samples)
    if found.beats_chance or wilson(correct, total).low > found.commonest / max(1, total):
        return None
    return NO_BETTER if correct <= found.commonest else NOT_SHOWN


def beside_mean(r2: float, low: float) -> str | None:
    """The same of a regression, in words: always answering the mean has R² 0."""
    return _beside(r2, low, 0.0, MEAN)


def beside_chance(value: float, low: float, chance: float = 0.5) -> str | None:
    """The same of an anomaly task, where chance has an area of a half, and of several labels."""
    return _beside(value, low, chance, CHANCE)


def _beside(value: float, low: float, least: float, what: str) -> str | None:
    if low > least:
        return None
    return f"{NO_BETTER if value <= least else NOT_SHOWN} {what}"
