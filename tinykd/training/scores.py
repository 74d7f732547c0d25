"""How good a model is on a split, as it stands in the metrics files: one type for each task.

A classification's is ``training.counts.Counts``. Each has a ``rate`` that ends at 1 and grows with quality:
accuracy, R², area under the ROC curve.
"""

from dataclasses import asdict, dataclass
from typing import Any

from tinykd.training.counts import Counts


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
    """Anomalies told by the reconstruction error; no area where a split has no anomaly, or nothing else."""

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


Score = Counts | RegressionScore | DetectionScore


def told(score: Score) -> str:
    """``score`` on the test split in a few words."""
    if isinstance(score, Counts):
        return f"{score.correct} of {score.total} test samples right"
    return f"{score} on the test split"
