"""How good a model is on a split, as it stands in the metrics files: one type for each task.

A classification's is ``training.counts.Counts``. Each has a ``rate`` that ends at 1 and grows with quality:
accuracy, R², area under the ROC curve, F1.
"""

from dataclasses import asdict, dataclass
from typing import Any, assert_never

from tinykd.training.classes import beside_chance, beside_mean
from tinykd.training.counts import Counts
from tinykd.training.label_score import LabelScore
from tinykd.training.object_score import ObjectScore


@dataclass(frozen=True)
class RegressionScore:
    """R² with its 95 % interval, and the mean absolute error in the targets' own unit."""

    total: int  # samples
    r2: float
    low: float
    high: float
    mae: float  # mean over the targets
    mae_high: float  # upper end of its 95 % interval

    @property
    def rate(self) -> float:
        """At most 1; 0 is what the targets' mean gets."""
        return self.r2

    def to_json(self) -> dict[str, Any]:
        """As in the metrics files."""
        return asdict(self)

    def __str__(self) -> str:
        return f"R² {self.r2:.4f}, MAE {self.mae:.4g}"


@dataclass(frozen=True)
class DetectionScore:
    """Anomaly detection by the reconstruction error; no AUC where a split is of one class."""

    total: int  # samples
    correct: int  # on the right side of the threshold
    threshold: float  # of the mean squared error of a sample
    auc: float | None
    low: float | None
    high: float | None

    @property
    def rate(self) -> float:
        """The area under the ROC curve in [0, 1]."""
        return self.auc if self.auc is not None else 0.0

    def to_json(self) -> dict[str, Any]:
        """As in the metrics files."""
        return asdict(self)

    def __str__(self) -> str:
        area = f"AUC {self.auc:.4f}, " if self.auc is not None else ""
        return f"{area}{self.correct} of {self.total} right at the threshold"


Score = Counts | RegressionScore | DetectionScore | ObjectScore | LabelScore


def format_score(score: Score) -> str:
    """``score`` on the test split in one line, with a remark where it is no better than chance."""
    remark = remark_on(score)
    end = f", {remark}" if remark else ""
    if not isinstance(score, Counts):
        return f"{score} on the test split{end}"
    text = f"{score.correct} of {score.total} test samples right"
    if score.by_class and score.by_class.uneven:
        text += f" (balanced accuracy {100 * score.by_class.balanced:.2f} %)"
    return text + end


def short_text(score: Score) -> str:
    """``351 of 360 right``, or a score of another task as it is."""
    return f"{score.correct} of {score.total} right" if isinstance(score, Counts) else str(score)


def remark_on(score: Score) -> str | None:
    """A remark on a score that is no better than a constant answer."""
    match score:
        case Counts():
            return score.by_class.remark if score.by_class else None
        case RegressionScore():
            return beside_mean(score.r2, score.low)
        case DetectionScore():
            known = score.auc is not None and score.low is not None
            return beside_chance(score.auc or 0.0, score.low or 0.0) if known else None
        case LabelScore():
            return beside_chance(score.mean_ap, score.mean_ap_low, score.chance)
        case ObjectScore():
            return None if score.right else "no object is found"
        case _:
            assert_never(score)
