"""A teacher of two classes that tells them apart, but not at its own threshold.

One sigmoid that was trained for a short time, or on other shares of the classes, may stay below 0.5 for all
samples, and yet be larger for the one class than for the other. A slope and an offset of its logit, fitted to
the labels of the training samples, make a threshold of 0.5 right (Platt, Probabilistic outputs for support
vector machines, 1999).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STRENGTH = 1.0  # of the fit's penalty, on a logit of deviation 1: bounds the slope where classes are apart


@dataclass(frozen=True)
class LogitLine:
    """fitted = slope * logit + offset, where ``logit`` is the second class's above the first's."""

    slope: float
    offset: float

    def of(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, 2) from (n, 2)."""
        second = self.slope * (logits[:, 1] - logits[:, 0]) + self.offset
        return np.stack([np.zeros_like(second), second], axis=1).astype(np.float32)


def fitted(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> LogitLine | None:
    """The line for ``logits`` (n, 2); None: all are alike, or one label is missing."""
    from sklearn.linear_model import LogisticRegression

    logit = (logits[:, 1] - logits[:, 0]).astype(np.float64)
    mean, deviation = float(logit.mean()), float(logit.std())
    if deviation < 1e-9 or len(np.unique(labels)) < 2:
        return None
    found = LogisticRegression(C=_STRENGTH).fit(((logit - mean) / deviation)[:, np.newaxis], labels)
    slope = float(found.coef_[0, 0]) / deviation
    return LogitLine(slope, float(found.intercept_[0]) - slope * mean)
