"""When a classifier says nothing: the best class's probability is below a threshold that validation chooses.

The probability is the softmax's maximum (Hendrycks and Gimpel, A Baseline for Detecting Misclassified and
Out-of-Distribution Examples, arXiv 1610.02136). Of int8 outputs it is that of the numbers they stand for.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Confidences = NDArray[np.float64]  # (n,) of each sample in (0, 1]
_GRID = np.round(np.arange(0.0, 1.0, 0.01), 2)  # thresholds that a person would write


@dataclass(frozen=True)
class RejectionPoint:
    """At one threshold: shares of samples in [0, 1]."""

    threshold: float  # what is less probable is rejected
    rejected: float  # of the samples of no class
    accepted: float  # of those of a class
    right: float  # of those of a class, accepted and named right

    @property
    def merit(self) -> float:
        """The mean of what is rejected rightly and of what is answered right."""
        return (self.rejected + self.right) / 2

    def to_json(self) -> dict[str, float]:
        """As in ``rejection.json``."""
        return asdict(self)


@dataclass(frozen=True)
class JudgedLogits:
    """Logits (n, classes) of samples of a class with ``labels`` (n,), and of samples of none (m, classes)."""

    logits: NDArray[Any]
    labels: NDArray[np.int64]
    outside: NDArray[Any]


def confidences(logits: NDArray[Any]) -> Confidences:
    """(n,) the largest probability of the softmax of (n, classes)."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    return np.asarray(1.0 / np.exp(shifted).sum(axis=1))


def rejection_curve(given: JudgedLogits) -> tuple[RejectionPoint, ...]:
    """From threshold 0, which rejects nothing, on."""
    inside, outside = confidences(given.logits), confidences(given.outside)
    right = given.logits.argmax(axis=1) == given.labels

    def point(threshold: float) -> RejectionPoint:
        kept = inside >= threshold
        shares = ((outside < threshold).mean(), kept.mean(), (kept & right).mean())
        return RejectionPoint(float(threshold), *map(float, shares))

    return tuple(map(point, _GRID))


def chosen_threshold(validation: JudgedLogits) -> RejectionPoint:
    """The best on ``validation``; of equals the lowest, which rejects fewer."""
    return max(rejection_curve(validation), key=lambda each: (round(each.merit, 9), -each.threshold))


def area_under_roc(given: JudgedLogits) -> float:
    """How often a sample of a class is more probable than one of none (0.5: by chance)."""
    from sklearn.metrics import roc_auc_score

    inside, outside = confidences(given.logits), confidences(given.outside)
    is_inside = np.concatenate([np.ones(len(inside)), np.zeros(len(outside))])
    return float(roc_auc_score(is_inside, np.concatenate([inside, outside])))
