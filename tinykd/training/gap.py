"""Validation and test that are further apart than chance allows: a sentence for terminal and report.

Both are samples that a model has not learnt from. Where their figures differ by more than the intervals of
both allow, the splits are of different kinds (other people, another day), and what validation chose need not
be best for what the test measures.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tinykd.intervals import Interval, difference, wilson
from tinykd.training.counts import Counts
from tinykd.training.scores import DetectionScore, RegressionScore, Score


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; ``name``: empty for an accuracy."""

    value: float
    low: float
    high: float
    name: str = ""

    @classmethod
    def of(cls, score: Score) -> "Estimate | None":
        """None where nothing was measured."""
        match score:
            case Counts():
                return cls(score.rate, *wilson(score.correct, score.total)) if score.total else None
            case RegressionScore():
                return cls(score.r2, score.low, score.high, "R²")
            case DetectionScore():
                if score.auc is None or score.low is None or score.high is None:
                    return None
                return cls(score.auc, score.low, score.high, "AUC")

    def __str__(self) -> str:
        return f"{self.name} {self.value:.4f}" if self.name else f"{100 * self.value:.2f} %"


def gap_in(scores: Mapping[str, Score], who: str) -> str | None:
    """A sentence on ``who``, where the scores of validation and test are too far apart; else None."""
    found = [Estimate.of(scores[name]) for name in ("validation", "test") if name in scores]
    if len(found) < 2 or found[0] is None or found[1] is None:
        return None
    return gap(found[0], found[1], who)


def gap(validation: Estimate, test: Estimate, who: str) -> str | None:
    """The same of figures."""
    apart = difference(
        validation.value,
        Interval(validation.low, validation.high),
        test.value,
        Interval(test.low, test.high),
    )
    if apart.low <= 0 <= apart.high:
        return None
    low, high = (f"{end:+.4f}" if test.name else f"{100 * end:+.1f}" for end in apart)
    points = "" if test.name else " points"
    return (
        f"{who} has {validation} on validation and {test} on the test split, more apart than chance allows "
        f"(95 % interval of the difference {low} to {high}{points}): their samples differ in kind, see "
        "[data] split"
    )
