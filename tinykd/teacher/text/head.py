"""The head on a sentence encoder: multinomial logistic regression, scikit-learn's.

How strongly it is held back (C) is chosen on validation. Its logits are the linear function itself.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Split
from tinykd.data.types import Labels
from tinykd.training.metrics import merit_of

STRENGTHS = (3.0, 10.0, 30.0, 100.0)  # C, for vectors of length 1
_STEPS = 2000


@dataclass(frozen=True)
class Head:
    """logits = vectors @ weights + bias."""

    weights: NDArray[np.float32]  # (size, classes)
    bias: NDArray[np.float32]  # (classes,)
    strength: float

    def __call__(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, size) to (n, classes)."""
        return np.asarray(vectors @ self.weights + self.bias, np.float32)


def fitted_head(
    vectors: NDArray[np.float32],
    labels: Labels,
    judged: tuple[NDArray[np.float32], Split],
    balanced: bool = False,
) -> Head:
    """The best on ``judged``, vectors and split of validation; ``vectors`` (n, size) are learnt from."""
    heads = [_fitted(vectors, labels, strength, balanced) for strength in STRENGTHS]
    return max(heads, key=lambda head: merit_of(head(judged[0]), judged[1], balanced))


def _fitted(vectors: NDArray[np.float32], labels: Labels, strength: float, balanced: bool) -> Head:
    from sklearn.linear_model import LogisticRegression

    weight = "balanced" if balanced else None
    model: Any = LogisticRegression(C=strength, max_iter=_STEPS, class_weight=weight).fit(vectors, labels)
    weights, bias = model.coef_.T, model.intercept_
    if weights.shape[1] == 1:  # two classes: of the second, beside 0
        weights, bias = np.hstack([0 * weights, weights]), np.concatenate([0 * bias, bias])
    return Head(np.asarray(weights, np.float32), np.asarray(bias, np.float32), strength)
