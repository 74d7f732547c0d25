"""What all charts share: a linear scale, and how a rate is written."""

from dataclasses import dataclass
from typing import assert_never

from tinykd.report.model import Accuracy, Detection, Fit, Objects, Quality, SeveralLabels

TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class ChartAxis:
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


def figure(quality: Quality) -> str:
    """``98.21 %``, ``R² 0.912`` or ``AUC 0.934``."""
    match quality:
        case Accuracy():
            return percent(quality.value)
        case Fit():
            return f"R² {quality.value:.4f}"
        case Detection():
            return f"AUC {quality.value:.4f}"
        case Objects() | SeveralLabels():
            return f"F1 {quality.value:.4f}"
        case _:
            assert_never(quality)


def detail(quality: Quality) -> str:
    """``357/360``, a regression's mean absolute error, or what lies behind F1."""
    match quality:
        case Fit():
            return f"MAE {quality.mae:.4g}"
        case Objects():
            return f"{quality.right}/{quality.there}, AP50 {quality.ap50:.3f}"
        case SeveralLabels():
            return f"{quality.all_right}/{quality.total}, mAP {quality.mean_ap:.3f}"
        case _:
            return f"{quality.correct}/{quality.total}"


def balanced(quality: Quality) -> str:
    """The balanced accuracy, where it is known."""
    if not isinstance(quality, Accuracy) or quality.balanced is None:
        return ""
    return percent(quality.balanced)


def ends(quality: Quality) -> str:
    """The interval: ``97.6 - 99.7 %`` or ``0.9214 - 0.9502``."""
    if isinstance(quality, Accuracy):
        return f"{100 * quality.low:.1f} - {100 * quality.high:.1f} %"
    return f"{quality.low:.4f} - {quality.high:.4f}"


def percent(rate: float) -> str:
    """``0.98214`` as ``98.21 %``."""
    return f"{100 * rate:.2f} %"
